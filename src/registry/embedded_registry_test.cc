// SPDX-License-Identifier: MIT
#include "registry/embedded_registry.h"

#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "registry/testing/registry_fixture.h"

namespace efd::registry {
namespace {

const Subject kA("a"), kB("b");

std::string record_schema(const std::string& name, const std::string& field = "f") {
  return fmt::format(
      R"({{"type": "record", "name": "{}", "fields": [{{"name": "{}", "type": "int"}}]}})", name,
      field);
}

class EmbeddedRegistryTest : public ::testing::Test {
 protected:
  EmbeddedRegistryTest() { EXPECT_TRUE(registry_.open()); }
  int32_t add(const Subject& subject, const std::string& schema) {
    auto id = registry_->add(subject, schema);
    EXPECT_TRUE(id) << id.error().message;
    return id ? id->value() : -1;
  }
  TestRegistry registry_;
};

TEST_F(EmbeddedRegistryTest, TheSameSchemaHasTheSameIdEverywhere) {
  EXPECT_EQ(add(kA, record_schema("R")), 1);
  EXPECT_EQ(add(kA, R"({"name":"R","fields":[{"type":"int","name":"f"}],"type":"record"})"), 1);
  EXPECT_EQ(add(kB, record_schema("R")), 1);
  EXPECT_EQ(add(kA, record_schema("S")), 2);
  EXPECT_EQ(registry_->versions(kA, Deleted::without).value(), (std::vector<int32_t>{1, 2}));
  EXPECT_EQ(registry_->versions(kB, Deleted::without).value(), (std::vector<int32_t>{1}));
  auto latest = registry_->latest(kA);
  ASSERT_TRUE(latest);
  EXPECT_EQ(latest->version, 2);
  EXPECT_EQ(latest->id, SchemaId(2));
  EXPECT_EQ((*registry_->find(SchemaId(1)))->schema.root().name.simple, "R");
  EXPECT_EQ((*registry_->find(SchemaId(1)))->text,
            R"({"type":"record","name":"R","fields":[{"name":"f","type":"int"}]})");
}

TEST_F(EmbeddedRegistryTest, SaysWhatItDoesNotHave) {
  EXPECT_EQ(registry_->find(SchemaId(9)).error(),
            (Error{ErrorCode::not_found, "Schema 9 not found"}));
  EXPECT_EQ(registry_->latest(kA).error(), (Error{ErrorCode::not_found, "Subject 'a' not found."}));
  EXPECT_EQ(registry_->add(kA, "").error().code, ErrorCode::bad_input);
  EXPECT_EQ(registry_->add(kA, R"({"type":"record"})").error().code, ErrorCode::bad_input);
  EXPECT_EQ(registry_->add(kA, record_schema("no name")).error().code, ErrorCode::bad_input);
  EXPECT_EQ(registry_->add(Subject(""), "\"int\"").error().code, ErrorCode::bad_input);
  EXPECT_EQ(registry_->subjects("", Deleted::with).size(), 0u);
}

// Nobody vouches for the schema when the log is opened again, and a full disk keeps it from being
// made durable: a record that has its id is no dead letter for that.
TEST_F(EmbeddedRegistryTest, WhatIsNotDurableYetAfterAStartOnAFullDiskIsNotUnknown) {
  EXPECT_EQ(add(kA, record_schema("R")), 1);
  registry_.files().set_capacity_bytes(0);
  ASSERT_TRUE(registry_.open());
  ASSERT_TRUE(registry_.log().intake_error());
  EXPECT_EQ(registry_->find(SchemaId(1)).error().code, ErrorCode::retry);
  EXPECT_EQ(registry_->latest(kA).error().code, ErrorCode::retry);
  EXPECT_FALSE(registry_->add(kB, record_schema("S"))) << "its id may be another schema's";
  registry_.files().set_capacity_bytes(1 << 30);
  ASSERT_TRUE(registry_.log().retain_now());
  EXPECT_TRUE(registry_->find(SchemaId(1)));
  EXPECT_EQ(add(kB, record_schema("S")), 2);
}

TEST_F(EmbeddedRegistryTest, WritesConfluentsRecords) {
  add(kA, "\"int\"");
  add(kA, R"({"type":"string","x":"\u00e4\"/"})");
  EXPECT_EQ(registry_->add(kA, "\"int\""), SchemaId(1));
  EXPECT_TRUE(registry_->set_level(std::nullopt, "NONE"));
  EXPECT_TRUE(registry_->set_level(kA, "NONE"));
  EXPECT_TRUE(registry_->remove_level(kA));
  EXPECT_TRUE(registry_->remove_version(kA, {1}));
  EXPECT_TRUE(registry_->remove_subject(kA));
  EXPECT_EQ(registry_.records(),
            R"({"keytype":"SCHEMA","subject":"a","version":1,"magic":1} )"
            R"({"subject":"a","version":1,"id":1,"schema":"\"int\"","deleted":false})"
            "\n"
            R"({"keytype":"SCHEMA","subject":"a","version":2,"magic":1} )"
            R"({"subject":"a","version":2,"id":2,"schema":)"
            R"("{\"type\":\"string\",\"x\":\"ä\\\"/\"}","deleted":false})"
            "\n"
            R"({"keytype":"CONFIG","magic":0} {"compatibilityLevel":"NONE"})"
            "\n"
            R"({"keytype":"CONFIG","subject":"a","magic":0} )"
            R"({"subject":"a","compatibilityLevel":"NONE"})"
            "\n"
            R"({"keytype":"CONFIG","subject":"a","magic":0} -)"
            "\n"
            R"({"keytype":"SCHEMA","subject":"a","version":1,"magic":1} )"
            R"({"subject":"a","version":1,"id":1,"schema":"\"int\"","deleted":true})"
            "\n"
            R"({"keytype":"DELETE_SUBJECT","subject":"a","magic":0} {"subject":"a","version":2})"
            "\n");
}

TEST_F(EmbeddedRegistryTest, DeletedVersionsStayReadableById) {
  add(kA, "\"int\"");
  add(kA, "\"long\"");
  EXPECT_EQ(registry_->remove_version(kA, {1}).value(), 1);
  EXPECT_EQ(registry_->versions(kA, Deleted::without).value(), (std::vector<int32_t>{2}));
  EXPECT_EQ(registry_->versions(kA, Deleted::with).value(), (std::vector<int32_t>{1, 2}));
  EXPECT_EQ(registry_->versions(kA, Deleted::only).value(), (std::vector<int32_t>{1}));
  EXPECT_EQ(registry_->remove_version(kA, {1}).error().number(), 40406);
  EXPECT_EQ(registry_->remove_version(kA, {7}).error().message, "Version 7 not found.");
  EXPECT_EQ(registry_->version(kA, {1}, Deleted::without).error().number(), 40402);
  EXPECT_EQ(registry_->remove_subject(kA).value(), (std::vector<int32_t>{2}));
  EXPECT_EQ(registry_->remove_subject(kA).error().number(), 40404);
  EXPECT_EQ(registry_->remove_subject(kB).error().number(), 40401);
  EXPECT_TRUE(registry_->find(SchemaId(1)));
  EXPECT_EQ(registry_->subjects("", Deleted::without).size(), 0u);
  EXPECT_EQ(registry_->subjects("", Deleted::only), std::vector<Subject>{kA});
}

TEST_F(EmbeddedRegistryTest, ASchemaThatComesBackKeepsItsIdAndGetsANewVersion) {
  add(kA, "\"int\"");
  add(kA, "\"long\"");
  EXPECT_TRUE(registry_->remove_subject(kA));
  EXPECT_EQ(add(kA, "\"int\""), 1);
  EXPECT_EQ(registry_->versions(kA, Deleted::without).value(), (std::vector<int32_t>{3}));
  EXPECT_EQ(registry_->versions(kA, Deleted::with).value(), (std::vector<int32_t>{2, 3}));
}

TEST_F(EmbeddedRegistryTest, LevelsOtherThanNoneAreRefused) {
  EXPECT_EQ(registry_->level(), "NONE");
  auto backward = registry_->set_level(std::nullopt, "BACKWARD");
  EXPECT_EQ(backward.error().number(), 42203);
  EXPECT_NE(backward.error().message.find("not supported yet"), std::string::npos);
  EXPECT_EQ(registry_->set_level(kA, "nonsense").error().number(), 42203);
}

TEST_F(EmbeddedRegistryTest, EverythingIsThereAfterARestart) {
  for (int i = 0; i < 50; ++i)
    add(Subject(fmt::format("s{}", i % 7)), record_schema(fmt::format("R{}", i)));
  EXPECT_TRUE(registry_->remove_subject(Subject("s1")));
  EXPECT_TRUE(registry_->remove_version(Subject("s2"), {2}));
  ASSERT_TRUE(registry_.open());
  EXPECT_EQ(add(kA, record_schema("R17")), 18);
  EXPECT_EQ(add(kA, record_schema("new")), 51);
  EXPECT_EQ(registry_->subjects("s", Deleted::without).size(), 6u);
  EXPECT_EQ(registry_->version(Subject("s2"), {2}, Deleted::without).error().number(), 40402);
}

TEST_F(EmbeddedRegistryTest, ReadsWhatOtherRegistriesWrite) {
  const char* schema = R"({"keytype":"SCHEMA","subject":"a","version":1,"magic":1})";
  registry_.put(R"({"keytype":"NOOP","magic":0})", std::nullopt);
  registry_.put(R"({"keytype":"CONFIG","subject":null,"magic":0})",
                R"({"compatibilityLevel":"FULL"})");
  registry_.put(R"({"keytype":"MODE","subject":"a","magic":0})",
                R"({"subject":"a","mode":"IMPORT"})");
  registry_.put(R"({"keytype":"CONTEXT","tenant":"default","context":".c"})", "{}");
  registry_.put(
      R"({"keytype":"SCHEMA","subject":"a","version":1,"magic":1,"seq":3,"node":0})",
      R"({"subject":"a","version":1,"id":7,"md5":"x","schema":"\"int\"","deleted":false,"ts":1})");
  registry_.put(
      R"({"keytype":"SCHEMA","subject":"p","version":1,"magic":1})",
      R"({"subject":"p","version":1,"id":8,"schemaType":"PROTOBUF","schema":"syntax","deleted":false})");
  registry_.put("no json", "{}");
  registry_.put(R"({"keytype":"SCHEMA","subject":"a","version":-1,"magic":1})", "{}");
  ASSERT_TRUE(registry_.open());
  EXPECT_EQ(registry_->level(), "FULL");
  EXPECT_EQ(registry_->schema(SchemaId(7))->text, "\"int\"");
  EXPECT_EQ(registry_->schema(SchemaId(8))->type, "PROTOBUF");
  EXPECT_EQ(registry_->find(SchemaId(8)).error().code, ErrorCode::bad_input);
  EXPECT_EQ(add(kB, "\"int\""), 7);
  EXPECT_EQ(add(kB, "\"long\""), 9);
  registry_.put(schema, std::nullopt);
  registry_.put(R"({"keytype":"SCHEMA","subject":"b","version":1,"magic":1})", std::nullopt);
  ASSERT_TRUE(registry_.open());
  EXPECT_EQ(registry_->schema(SchemaId(7)).error().message, "Schema 7 not found");
  EXPECT_EQ(add(kB, "\"int\""), 10);  // an id is never given twice
}

TEST_F(EmbeddedRegistryTest, AnIdThatAnotherHasWrittenMeanwhileIsNotGivenAgain) {
  EXPECT_EQ(add(kA, "\"int\""), 1);
  registry_.put(R"({"keytype":"SCHEMA","subject":"b","version":1,"magic":1})",
                R"({"subject":"b","version":1,"id":2,"schema":"\"string\"","deleted":false})");
  EXPECT_EQ(add(kA, "\"long\""), 3);
  EXPECT_EQ(registry_->schema(SchemaId(2))->text, "\"string\"");
  ASSERT_TRUE(registry_.open());
  EXPECT_EQ(registry_->schema(SchemaId(2))->text, "\"string\"");
  EXPECT_EQ(registry_->schema(SchemaId(3))->text, "\"long\"");
}

std::string version_key(const std::string& subject, int version) {
  return fmt::format(R"({{"keytype":"SCHEMA","subject":"{}","version":{},"magic":1}})", subject,
                     version);
}
std::string version_value(const std::string& subject, int version, int id,
                          const std::string& type) {
  return fmt::format(R"({{"subject":"{}","version":{},"id":{},"schema":"\"{}\"","deleted":false}})",
                     subject, version, id, type);
}

TEST_F(EmbeddedRegistryTest, WhatAnotherWritesIsFoundThoughNobodyRegistersAnything) {
  registry_.put(version_key("a", 1), version_value("a", 1, 7, "int"));
  auto found = registry_->find(SchemaId(7));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ((*found)->text, "\"int\"");
  registry_.put(version_key("b", 1), version_value("b", 1, 8, "long"));
  EXPECT_EQ(registry_->latest(kB)->id, SchemaId(8));
  registry_.put(version_key("b", 2), version_value("b", 2, 9, "string"));
  EXPECT_EQ(registry_->version(kB, {2}, Deleted::without)->id, SchemaId(9));
  registry_.put(version_key("c", 1), version_value("c", 1, 10, "bytes"));
  EXPECT_EQ(registry_->look_up(Subject("c"), "\"bytes\"", Deleted::without)->id, SchemaId(10));
  registry_.put(version_key("d", 4), version_value("d", 4, 11, "float"));
  EXPECT_EQ(registry_->versions(Subject("d"), Deleted::without).value(), std::vector<int32_t>{4});
  registry_.put(version_key("e", 1), version_value("e", 1, 12, "double"));
  EXPECT_EQ(registry_->subjects("", Deleted::without).size(), 5u);
  EXPECT_EQ(registry_->versions_of(SchemaId(12), Deleted::without)->size(), 1u);
  registry_.put(version_key("f", 1), version_value("f", 1, 13, "null"));
  EXPECT_EQ(registry_->schema(SchemaId(13))->text, "\"null\"");
  EXPECT_EQ(registry_->find(SchemaId(99)).error().code, ErrorCode::not_found);
  EXPECT_EQ(registry_->trouble(), "");
}

// A newer version of a subject that is known is found by the thread.
TEST_F(EmbeddedRegistryTest, AThreadFollowsTheTopic) {
  EmbeddedRegistryOptions options;
  options.follow_interval = std::chrono::milliseconds(1);
  auto follower = EmbeddedRegistry::open(registry_.broker(), system::real_clock(), options);
  ASSERT_TRUE(follower);
  add(kA, "\"int\"");
  auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  auto version_of_a = [&] {
    auto found = (*follower)->latest(kA);
    return found ? found->version : 0;
  };
  while (version_of_a() < 1 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  add(kA, "\"long\"");
  while (version_of_a() < 2 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(version_of_a(), 2);
}

TEST_F(EmbeddedRegistryTest, TwoRegistriesOverOneTopicGiveNoIdTwice) {
  auto other = EmbeddedRegistry::open(registry_.broker(), system::real_clock());
  ASSERT_TRUE(other);
  EXPECT_EQ(add(kA, "\"int\""), 1);
  EXPECT_EQ((*other)->add(kB, "\"long\"").value(), SchemaId(2));
  EXPECT_EQ(add(kA, "\"string\""), 3);
  EXPECT_EQ(add(kA, "\"long\""), 2);
  EXPECT_EQ((*other)->find(SchemaId(3)).value()->text, "\"string\"");
  EXPECT_EQ(registry_->id_conflicts(), 0u);
}

TEST_F(EmbeddedRegistryTest, ASecondSchemaUnderAnIdIsPassedOverAndReported) {
  EXPECT_EQ(add(kA, "\"int\""), 1);
  registry_.put(version_key("b", 3), version_value("b", 3, 1, "long"));
  registry_.put(version_key("c", 1), version_value("c", 1, 1, "int"));  // the same: no conflict
  EXPECT_EQ(registry_->version(kB, {3}, Deleted::without).error().number(), 40401);
  EXPECT_EQ(registry_->find(SchemaId(1)).value()->text, "\"int\"");
  EXPECT_EQ(registry_->id_conflicts(), 1u);
  EXPECT_NE(registry_->trouble().find("version 3 of subject 'b' with id 1"), std::string::npos)
      << registry_->trouble();
  ASSERT_TRUE(registry_.open());
  EXPECT_EQ(registry_->id_conflicts(), 1u);
  EXPECT_EQ(registry_->find(SchemaId(1)).value()->text, "\"int\"");
  // The advice can be followed.
  registry_.put(version_key("b", 3), std::nullopt);
  EXPECT_TRUE(registry_->follow());
  EXPECT_EQ(registry_->trouble(), "");
  EXPECT_EQ(add(kB, "\"long\""), 2);
}

TEST_F(EmbeddedRegistryTest, AnIdThatBecomesFreeGoesToTheVersionThatWaitsForIt) {
  EXPECT_EQ(add(kA, "\"int\""), 1);
  registry_.put(version_key("b", 1), version_value("b", 1, 1, "long"));
  EXPECT_TRUE(registry_->follow());
  registry_.put(version_key("a", 1), std::nullopt);
  EXPECT_TRUE(registry_->follow());
  EXPECT_EQ(registry_->latest(kB)->text, "\"long\"");
  EXPECT_EQ(registry_->find(SchemaId(1)).value()->text, "\"long\"");
  EXPECT_EQ(registry_->id_conflicts(), 0u);
  // A record in the place of the only one with the id changes what it means.
  registry_.put(version_key("b", 1), version_value("b", 1, 1, "bytes"));
  EXPECT_TRUE(registry_->follow());
  EXPECT_EQ(registry_->find(SchemaId(1)).value()->text, "\"bytes\"");
  EXPECT_EQ(registry_->id_conflicts(), 0u);
}

TEST_F(EmbeddedRegistryTest, IdsAndVersionsEnd) {
  registry_.put(
      R"({"keytype":"SCHEMA","subject":"a","version":2147483647,"magic":1})",
      R"({"subject":"a","version":2147483647,"id":2147483646,"schema":"\"int\"","deleted":false})");
  EXPECT_EQ(registry_->add(kA, "\"long\"").error().code, ErrorCode::overload);
  EXPECT_EQ(add(kB, "\"long\""), 2147483647);
  EXPECT_EQ(registry_->add(kB, "\"string\"").error().code, ErrorCode::overload);
  EXPECT_EQ(add(kB, "\"int\""), 2147483646);
}

TEST_F(EmbeddedRegistryTest, NothingIsChangedWhenTheTopicWasMadeAnew) {
  EXPECT_EQ(add(kA, "\"int\""), 1);
  ASSERT_TRUE(registry_.log().delete_topic(TopicName("_schemas")));
  ASSERT_TRUE(registry_.log().create_topic({.name = TopicName("_schemas")}));
  EXPECT_FALSE(registry_->add(kA, "\"long\""));
  EXPECT_EQ(registry_->schema(SchemaId(1))->text, "\"int\"");
  EXPECT_NE(registry_->trouble().find("restore it from a copy"), std::string::npos);
  EXPECT_NE(registry_->find(SchemaId(2)).error().code, ErrorCode::not_found);  // who knows
}

TEST_F(EmbeddedRegistryTest, WhatLiesBeforeASpoiltRecordIsThere) {
  add(kA, "\"int\"");
  add(kA, "\"long\"");
  ASSERT_TRUE(registry_.log().checkpoint_now());
  auto file =
      registry_.files().open("/log/_schemas-0/00000000000000000000.log", system::Open::write);
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->write_at(*(*file)->size() - 1, std::string_view("\x7f")));
  Result<> opened = registry_.open();
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(registry_->latest(kA)->id, SchemaId(1));
  EXPECT_NE(registry_->trouble(), "");
  // Nobody knows what the spoilt ones say.
  EXPECT_NE(registry_->find(SchemaId(2)).error().code, ErrorCode::not_found);
  EXPECT_FALSE(registry_->add(kB, "\"string\""));
}

TEST_F(EmbeddedRegistryTest, WhatLiesAroundASpoiltRecordIsThereAndARepairGivesNoIdAgain) {
  add(kA, "\"int\"");
  add(kA, "\"long\"");
  add(kA, "\"string\"");
  ASSERT_TRUE(registry_.log().checkpoint_now());
  const std::string path = "/log/_schemas-0/00000000000000000000.log";
  std::string bytes = *system::read_file(registry_.files(), path);
  for (const char* spoilt : {"long", "string"}) {
    auto file = registry_.files().open(path, system::Open::write);
    ASSERT_TRUE((*file)->write_at(bytes.find(spoilt), std::string_view("?")));
  }
  ASSERT_TRUE(registry_.open());
  EXPECT_EQ(registry_->find(SchemaId(1)).value()->id, SchemaId(1));
  EXPECT_EQ(registry_->find(SchemaId(2)).error().code, ErrorCode::retry) << "lanes wait";
  RestResult<StoredSchema> unknown = registry_->schema(SchemaId(3));
  EXPECT_EQ(unknown.error().status(), 503);
  EXPECT_NE(unknown.error().message.find("efd log repair"), std::string::npos);
  EXPECT_EQ(registry_->register_schema(kB, "\"bytes\"").error().status(), 503);
  EXPECT_NE(registry_->trouble(), "");
  registry_.close();
  broker::CommitLogOptions options;
  options.path = "/log";
  auto dropped = broker::CommitLog::repair(registry_.files(), system::real_clock(), options,
                                           broker::Repair::drop);
  ASSERT_TRUE(dropped) << dropped.error().message;
  for (int start = 0; start < 2; ++start) {
    ASSERT_TRUE(registry_.open());
    EXPECT_EQ(registry_->trouble(), "");
    EXPECT_EQ(registry_->find(SchemaId(2)).error().code, ErrorCode::not_found);
    EXPECT_EQ(*registry_->add(kB, "\"bytes\""), SchemaId(4));
  }
}

TEST_F(EmbeddedRegistryTest, ManyRegisterAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        Subject subject(fmt::format("s{}", (i + t) % 5));
        auto id = registry_->add(subject, record_schema(fmt::format("R{}", i)));
        EXPECT_TRUE(id && (*registry_->find(*id))->id == *id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<int32_t> ids;
  for (int i = 0; i < 50; ++i) ids.insert(add(kA, record_schema(fmt::format("R{}", i))));
  EXPECT_EQ(ids.size(), 50u);
  EXPECT_EQ(*ids.rbegin(), 50);
}

TEST_F(EmbeddedRegistryTest, AfterAFailedChangeItFindsOutWhatTheTopicHolds) {
  add(kA, "\"int\"");
  registry_.files().cut_power_after(1);
  auto failed = registry_->add(kA, "\"long\"");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::retry);
  EXPECT_EQ(registry_->latest(kA)->version, 1);  // nothing that is not durable is answered
  EXPECT_FALSE(registry_->add(kA, "\"string\""));
  registry_.close();
  registry_.files().restore_power(1);
  ASSERT_TRUE(registry_.open());
  EXPECT_EQ(add(kA, "\"int\""), 1);
}

}  // namespace
}  // namespace efd::registry
