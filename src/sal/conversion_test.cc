// SPDX-License-Identifier: MIT
#include "sal/conversion.h"

#include <gtest/gtest.h>

#include "sal/profile.h"

namespace efd::sal {
namespace {

std::string item(const std::string& inside) {
  return "    <item>" + inside + "</item>\n";
}

std::string field(const std::string& name, const std::string& type, const std::string& rest = "") {
  return item("<EFDB_Name>" + name + "</EFDB_Name><IDL_Type>" + type + "</IDL_Type>" + rest);
}

std::string event(const std::string& name, const std::string& items) {
  return "  <SALEvent>\n    <Subsystem>T</Subsystem><EFDB_Topic>" + name + "</EFDB_Topic>\n" +
         items + "  </SALEvent>\n";
}

XmlFiles source(const std::string& topics) {
  return {
      {{"T_Events.xml", "<?xml version=\"1.0\"?>\n<SALEventSet>\n" + topics + "</SALEventSet>\n"}},
      {}};
}

Conversion convert_topics(const std::string& topics) {
  return convert_files(source(topics));
}

// The reports of one bad topic between two good ones, which must both come out.
std::vector<std::string> reports_of(const std::string& items) {
  const std::string good = field("x", "int");
  const Conversion conversion = convert_topics(
      event("T_logevent_a", good) + event("T_logevent_bad", items) + event("T_logevent_z", good));
  EXPECT_EQ(conversion.topics.size(), 2u);
  EXPECT_EQ(conversion.failed_topics, std::vector<std::string>{"T_logevent_bad"});
  EXPECT_EQ(conversion.failed_files, 0u);
  EXPECT_FALSE(conversion.ok());
  std::vector<std::string> reports;
  for (const Problem& problem : conversion.problems) reports.push_back(to_string(problem));
  return reports;
}

using Reports = std::vector<std::string>;

TEST(Conversion, MakesTheSchemaOf2019) {
  const Conversion conversion = convert_topics(
      event("T_logevent_a", field("x", "unsigned short",
                                  "<Units> deg </Units><Count>3</Count><Description>a\n&lt;b&gt; "
                                  "\xe2\x89\xa4</Description><Frequency>0.054</Frequency>"
                                  "<Needed_by_DM>false</Needed_by_DM><Needed_by_OCS>False"
                                  "</Needed_by_OCS><Size_in_bytes>8</Size_in_bytes>")));
  ASSERT_TRUE(conversion.ok());
  const ConvertedTopic& topic = conversion.topics.at(0);
  EXPECT_EQ(topic.efdb_topic(), "T_logevent_a");
  EXPECT_EQ(topic.subsystem(), "T");
  EXPECT_EQ(topic.kind(), Kind::event);
  EXPECT_EQ(topic.line, 3u);
  const std::string tail = topic.schema_text.substr(topic.schema_text.find("{\"name\":\"x\""));
  EXPECT_EQ(tail,
            R"({"name":"x","type":{"type":"array","items":"int","sal_count":3},"doc":"a\n<b> )"
            "\xe2\x89\xa4"
            R"(","sal_index":0,"sal_units":"deg","sal_frequency":0.054,"sal_size_in_bytes":8,)"
            R"("sal_needed_by_dm":true,"sal_needed_by_ocs":false}]})");
  EXPECT_NE(topic.schema_file.find("\"doc\": \"a\\n<b> \\u2264\""), std::string::npos);
}

TEST(Conversion, EnumerationBeatsCountAndType) {
  const Conversion conversion = convert_topics(
      event("T_logevent_a",
            field("e", "nonsense", "<Enumeration>A,\n B ,C</Enumeration><Count>x</Count>")));
  ASSERT_TRUE(conversion.ok());
  const Field& e = conversion.topics.at(0).shape.fields.back();
  EXPECT_EQ(e, (Field{"e", FieldType::enumeration, 0, {"A", "B", "C"}, ""}));
}

TEST(Conversion, ReportsUnknownTypes) {
  EXPECT_EQ(reports_of(field("s", "String")),
            Reports{"T_Events.xml:9: T_logevent_bad: field 's': unknown IDL_Type 'String'"});
  EXPECT_EQ(reports_of(field("s", "int ")),
            Reports{"T_Events.xml:9: T_logevent_bad: field 's': unknown IDL_Type 'int '"});
  EXPECT_EQ(reports_of(item("<EFDB_Name>s</EFDB_Name>")),
            Reports{"T_Events.xml:9: T_logevent_bad: field 's': unknown IDL_Type ''"});
}

TEST(Conversion, ReportsEveryBadFieldOfATopic) {
  EXPECT_EQ(
      reports_of(field("a b", "int") + field("x", "int") + field("x", "long") +
                 field("sal_host", "int") + item("")),
      (Reports{
          "T_Events.xml:9: T_logevent_bad: field 'a b': the name is not made of letters, digits "
          "and '_'",
          "T_Events.xml:11: T_logevent_bad: field 'x': there is one of that name already",
          "T_Events.xml:12: T_logevent_bad: field 'sal_host': there is one of that name already",
          "T_Events.xml:13: T_logevent_bad: an item without EFDB_Name",
          "T_Events.xml:13: T_logevent_bad: field '': unknown IDL_Type ''"}));
}

TEST(Conversion, ReportsBadSymbols) {
  EXPECT_EQ(reports_of(field("e", "long", "<Enumeration>A=0,B,B</Enumeration>")),
            (Reports{"T_Events.xml:9: T_logevent_bad: field 'e': Avro takes no enumeration symbol "
                     "'A=0'",
                     "T_Events.xml:9: T_logevent_bad: field 'e': enumeration symbol 'B' twice"}));
}

TEST(Conversion, ReportsBadNumbers) {
  EXPECT_EQ(
      reports_of(field("x", "int", "<Count>many</Count>")),
      Reports{"T_Events.xml:9: T_logevent_bad: field 'x': Count 'many' is not a whole number up "
              "to 1000000"});
  EXPECT_EQ(reports_of(field("x", "int", "<Count>1000001</Count>")).size(), 1u);
  EXPECT_EQ(reports_of(field("x", "int", "<Frequency>often</Frequency>")),
            Reports{"T_Events.xml:9: T_logevent_bad: field 'x': Frequency 'often' cannot be read"});
  EXPECT_EQ(reports_of(field("x", "int", "<Needed_by_TCS>yes</Needed_by_TCS>")).size(), 1u);
  EXPECT_EQ(reports_of(field("x", "int", "<Frequency>inf</Frequency>")).size(), 1u);
}

TEST(Conversion, ReportsBadTopicNames) {
  const Conversion conversion =
      convert_topics(event("T_logevent_a-b", "") + event("", "") + event("T_logevent_../x", "") +
                     event(std::string(241, 'T'), "") + event("T_logevent_ok", ""));
  EXPECT_EQ(conversion.topics.size(), 1u);
  EXPECT_EQ(conversion.problem_count, 4u);
  EXPECT_EQ(conversion.failed_topics.size(), 4u);
}

TEST(Conversion, OfTwoTopicsWithOneNameTheFirstStands) {
  const Conversion conversion = convert_topics(event("T_logevent_a", field("x", "int")) +
                                               event("T_logevent_a", field("y", "int")));
  ASSERT_EQ(conversion.topics.size(), 1u);
  EXPECT_EQ(conversion.topics[0].shape.fields.back().name, "x");
  ASSERT_EQ(conversion.problems.size(), 1u);
  EXPECT_EQ(to_string(conversion.problems[0]),
            "T_Events.xml:7: T_logevent_a: defined in T_Events.xml:3 already; that one stands");
}

TEST(Conversion, AFileThatIsNotWellFormedCostsOnlyItself) {
  XmlFiles files = source(event("T_logevent_a", ""));
  files.files.push_back({"U_Events.xml", "<SALEventSet>\n<SALEvent>\n</SALEventSet>\n"});
  const Conversion conversion = convert_files(files);
  EXPECT_EQ(conversion.topics.size(), 1u);
  EXPECT_EQ(conversion.failed_files, 1u);
  EXPECT_EQ(conversion.files, 2u);
  ASSERT_EQ(conversion.problems.size(), 1u);
  EXPECT_EQ(conversion.problems[0].file, "U_Events.xml");
  EXPECT_EQ(conversion.problems[0].line, 3u);
}

TEST(Conversion, OnlySelectedSubsystemsAndTheirProblems) {
  const XmlFiles files = source(event("T_logevent_a", field("x", "bad")));
  ConversionOptions options;
  options.subsystems = {"U"};
  EXPECT_TRUE(convert_files(files, options).ok());
  options.subsystems = {"U", "T"};
  EXPECT_EQ(convert_files(files, options).problem_count, 1u);
}

TEST(Conversion, WithoutSubsystemTagTheNameTells) {
  const Conversion conversion =
      convert_topics("<SALTelemetry><EFDB_Topic>ESS_t</EFDB_Topic></SALTelemetry>");
  ASSERT_EQ(conversion.topics.size(), 1u);
  EXPECT_EQ(conversion.topics[0].subsystem(), "ESS");
  EXPECT_EQ(conversion.topics[0].schema_text.find("sal_subsystem"), std::string::npos);
}

TEST(Conversion, AComponentWithInstancesIsKeyed) {
  XmlFiles files = source(event("T_logevent_a", "") + "<SALTelemetry><EFDB_Topic>U_b</EFDB_Topic>" +
                          "</SALTelemetry>");
  files.files.push_back({"SALSubsystems.xml",
                         "<SALSubsystems><Subsystem><Name> T </Name><Enumeration>any</Enumeration>"
                         "</Subsystem><Subsystem><Name>U</Name><Enumeration>\n</Enumeration>"
                         "</Subsystem><Subsystem><Name>V</Name></Subsystem></SALSubsystems>"});
  const Conversion conversion = convert_files(files);
  EXPECT_TRUE(conversion.ok());
  ASSERT_EQ(conversion.topics.size(), 2u);
  EXPECT_TRUE(conversion.topics[0].is_keyed);
  EXPECT_FALSE(conversion.topics[1].is_keyed);
  const Profile profile = profile_from(conversion);
  EXPECT_TRUE(profile.topics[0].is_keyed);
  EXPECT_FALSE(profile.topics[1].is_keyed);
}

TEST(Conversion, ProblemsKeptAreBounded) {
  std::string items;
  for (size_t i = 0; i < kProblemsMax + 5; ++i) items += item("<EFDB_Name>x</EFDB_Name>");
  const Conversion conversion = convert_topics(event("T_logevent_a", items));
  EXPECT_EQ(conversion.problems.size(), kProblemsMax);
  EXPECT_EQ(conversion.problem_count, 2 * (kProblemsMax + 5) - 1);
}

TEST(Conversion, ProgressCountsFiles) {
  XmlFiles files = source("");
  files.files.push_back({"x.xml", "no"});
  std::vector<std::pair<size_t, size_t>> calls;
  ConversionOptions options;
  options.progress = [&](size_t done, size_t total) { calls.emplace_back(done, total); };
  convert_files(files, options);
  EXPECT_EQ(calls, (std::vector<std::pair<size_t, size_t>>{{1, 2}, {2, 2}}));
}

}  // namespace
}  // namespace efd::sal
