#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes src/sal/sqr-029.profile: names, kinds, rates, field names, types, array lengths, enumeration
symbols and units of the experiment's topics, and which components are keyed; no descriptions.

    tools/make_sqr029_profile.py ts_xml-2019-01-10.tar.xz seed-experiment-topics.json > src/sal/sqr-029.profile

The XML is ts_xml at commit 3873c589; the JSON holds the three lists of topics, with their rates.
"""
import json
import sys
import tarfile
import xml.etree.ElementTree

KINDS = {"SALCommand": "command", "SALEvent": "event", "SALTelemetry": "telemetry"}
AVRO = {"short": "int", "unsigned short": "int", "unsigned int": "int", "long long": "long",
        "unsigned long": "long", "unsigned long long": "long", "byte": "bytes", "char": "bytes",
        "octet": "bytes"}


def text(element, tag):
    return (element.findtext(tag) or "").strip()


def field_line(item):
    symbols = text(item, "Enumeration")
    if symbols:
        kind = "enum " + ",".join(symbol.strip() for symbol in symbols.split(","))
    else:
        count = int(text(item, "Count") or 1)
        idl = item.findtext("IDL_Type")
        kind = AVRO.get(idl, idl) + (f"[{count}]" if count > 1 else "")
    units = text(item, "Units")
    return f" {text(item, 'EFDB_Name')} {kind}" + (f"\t{units}" if units else "")


def read_topics(path):
    topics, keyed = {}, set()
    with tarfile.open(path) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            if not member.name.endswith(".xml"):
                continue
            root = xml.etree.ElementTree.parse(archive.extractfile(member)).getroot()
            for element in root:
                if element.tag in KINDS:
                    lines = [field_line(item) for item in element.findall("item")]
                    topics[text(element, "EFDB_Topic")] = (KINDS[element.tag], lines)
                elif root.tag == "SALSubsystems" and text(element, "Enumeration"):
                    keyed.add(text(element, "Name"))
    return topics, keyed


def main():
    topics, keyed = read_topics(sys.argv[1])
    rates = {}
    with open(sys.argv[2], encoding="utf-8") as lists:
        for producer in json.load(lists)["producers"]:
            for name in producer["topics"]:
                rates.setdefault(name, []).append(producer["hz"])
    print("# The mock SAL experiment of SQR-029; made by tools/make_sqr029_profile.py.")
    for name in sorted(rates):
        kind, lines = topics[name]
        key = ["keyed"] if name.split("_")[0] in keyed else []
        print(kind, "+".join(str(rate) for rate in sorted(rates[name])), name, *key)
        for line in lines:
            print(line)


main()
