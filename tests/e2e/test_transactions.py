# SPDX-License-Identifier: MIT
"""There are no transactions: who asks for them is told so at once, not when his time is over."""
import subprocess

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer

from conftest import ROOT

SECONDS_MAX = 120
# Of a call that waits for a few answers: far below the retries of a client that hopes for more.
CALL_MS_MAX = 20_000


def test_librdkafka_is_told(server):
    producer = Producer({"bootstrap.servers": server.kafka, "transactional.id": "t"})
    with pytest.raises(KafkaException) as refused:
        producer.init_transactions(SECONDS_MAX)
    error = refused.value.args[0]
    assert error.code() == KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    assert error.fatal() and not error.retriable()


@pytest.mark.peers
@pytest.mark.parametrize("version", ["4.1.2", "3.9.2"])
def test_java_is_told(server, version):
    libs = ROOT / f"build/clients/java-{version}"
    if not libs.is_dir():
        pytest.skip(f"no {libs.relative_to(ROOT)}: `./dev test --peers` installs it")
    done = subprocess.run(
        ["java", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{libs}/*",
         ROOT / "tests/clients/java/Transactions.java", server.kafka],
        capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    outcomes = [line.split() for line in done.stdout.splitlines()]
    print(f"initTransactions of Java {version}: {[ms for _, ms in outcomes]} ms")
    assert [error for error, _ in outcomes] == ["TransactionalIdAuthorizationException"] * 2, \
        done.stderr
    assert int(outcomes[1][1]) < CALL_MS_MAX
