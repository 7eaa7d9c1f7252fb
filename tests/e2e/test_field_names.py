# SPDX-License-Identifier: MIT
"""A name stays with its path in the schema, whatever schemas come later."""
from avro_records import Sender, encode, register

TOPIC = "lsst.sal.names"
STAMP = {"name": "private_efdStamp", "type": "double"}
INNER = {"type": "record", "name": "O", "fields": [{"name": "i", "type": "long"}]}


def schema_of(*fields):
    return {"type": "record", "name": "names", "namespace": "lsst.sal", "fields": [STAMP, *fields]}


FLAT = schema_of({"name": "o_i", "type": "long"},
                 {"name": "c1", "type": {"type": "array", "items": "long"}},
                 {"name": "c10", "type": "long"})
NESTED = schema_of({"name": "o", "type": INNER}, {"name": "o_i", "type": "long"})


def send(server, number, schema, **fields):
    sender = Sender(server)
    record = {"private_efdStamp": 1.7e9 + number, **fields}
    sender.send(TOPIC, encode(register(server, TOPIC, schema), schema, record))
    sender.flush()


def test_a_later_schemas_record_does_not_take_an_older_fields_column(efd):
    send(efd, 0, FLAT, o_i=1, c1=[100], c10=2)
    efd.await_count(TOPIC, "private_efdStamp", 1)
    efd.stop()
    efd.start()
    send(efd, 1, NESTED, o={"i": 3}, o_i=4)
    efd.await_count(TOPIC, "private_efdStamp", 2)
    for _ in range(2):
        assert efd.column(f'SELECT o_i FROM "{TOPIC}"', "o_i") == [1, 4]
        assert efd.column(f'SELECT o_i_1 FROM "{TOPIC}"', "o_i_1") == [3]
        assert efd.column(f'SELECT c10 FROM "{TOPIC}"', "c10") == [2]
        assert efd.column(f'SELECT c10_1 FROM "{TOPIC}"', "c10_1") == [100]
        efd.stop()
        efd.start()
