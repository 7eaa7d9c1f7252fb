// SPDX-License-Identifier: MIT
#include "influx/parser.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace efd::influx {
namespace {

// The canonical text of the statements in `text`, or the error.
std::string canonical(std::string_view text, const ParseOptions& options = {}) {
  const auto statements = parse_query(text, options);
  if (!statements) return "error: " + statements.error().message;
  std::string out;
  for (const Statement& statement : *statements) out += to_string(statement) + ";";
  return out;
}

std::string repeat(std::string_view piece, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += piece;
  return out;
}

TEST(Parser, ReadsManyStatements) {
  EXPECT_EQ(canonical("SHOW DATABASES; ;show users;"), "SHOW DATABASES;SHOW USERS;");
  EXPECT_EQ(canonical(""), "");
  EXPECT_EQ(canonical(" ; -- nothing\n /* here */ ;"), "");
  EXPECT_EQ(canonical("SHOW DATABASES SHOW USERS"),
            "error: found SHOW, expected ; at line 1, char 16");
}

TEST(Parser, OneWrongStatementRefusesAll) {
  EXPECT_EQ(canonical("SHOW DATABASES; USE \"db\""),
            "error: found USE, expected SELECT, DELETE, SHOW, CREATE, DROP, EXPLAIN, GRANT, "
            "REVOKE, ALTER, SET, KILL at line 1, char 17");
}

TEST(Parser, CountsLinesAndCharacters) {
  EXPECT_EQ(canonical("SHOW\r\n  µ"),
            "error: found µ, expected CONTINUOUS, DATABASES, DIAGNOSTICS, FIELD, GRANTS, "
            "MEASUREMENT, MEASUREMENTS, QUERIES, RETENTION, SERIES, SHARD, SHARDS, STATS, "
            "SUBSCRIPTIONS, TAG, USERS at line 2, char 3");
}

TEST(Parser, KeepsTheClausesOfSelectApart) {
  const auto parsed =
      parse_statement("SELECT mean(v)::float FROM db.rp.m");  // A type belongs to a reference only.
  EXPECT_FALSE(parsed);
  const auto statement = parse_statement(
      "SELECT mean(v) AS a, * INTO out FROM db..m, /re/, (SELECT x FROM y) WHERE t = 'A' "
      "GROUP BY time(1m, 5s), host fill(2.5) ORDER BY time DESC LIMIT 1 OFFSET 2 SLIMIT 3 "
      "SOFFSET 4 tz('America/Santiago')");
  ASSERT_TRUE(statement);
  const auto& select = std::get<SelectStatement>(*statement);
  EXPECT_EQ(select.fields[0].name(), "a");
  EXPECT_TRUE(select.target->is_target);
  const auto& m = std::get<Measurement>(select.sources[0]);
  EXPECT_EQ(m.database + "|" + m.policy + "|" + m.name, "db||m");
  EXPECT_EQ(std::get<Measurement>(select.sources[1]).regex, "re");
  EXPECT_EQ(std::get<Subquery>(select.sources[2]).select->fields[0].name(), "x");
  EXPECT_EQ(select.group_by_interval_ns(), 60 * kNsPerSecond);
  EXPECT_EQ(select.fill.kind, Fill::Kind::number);
  EXPECT_EQ(std::get<double>(select.fill.number), 2.5);
  EXPECT_FALSE(select.is_ascending());
  EXPECT_FALSE(select.is_raw_query());
  EXPECT_EQ(select.paging.limit * 1000 + select.paging.offset * 100 +
                select.paging.series_limit * 10 + select.paging.series_offset,
            1234);
  EXPECT_EQ(select.time_zone, "America/Santiago");
}

TEST(Parser, TopBringsItsTagsAlongAsColumns) {
  const Statement statement = *parse_statement("SELECT top(v, host, rack, 2), host AS h FROM m");
  const std::vector<std::string> expected = {"time", "top", "host", "rack", "h"};
  EXPECT_EQ(std::get<SelectStatement>(statement).column_names(), expected);
}

TEST(Parser, RefusesWhatIsTooDeepOrTooLong) {
  const std::string too_deep = "error: query nests deeper than 200 levels: split it";
  const std::string parens = "SELECT a FROM b WHERE " + repeat("(", 50'000);
  EXPECT_EQ(canonical(parens), too_deep);
  EXPECT_EQ(canonical("SELECT " + repeat("f(", 50'000)), too_deep);
  EXPECT_EQ(canonical(repeat("SELECT a FROM (", 50'000)), too_deep);
  EXPECT_EQ(canonical("SELECT a" + repeat(" + a", 50'000) + " FROM b"),
            "error: expression has more than 1000 operators in a row: split it");
  const std::string longer(kMaxQueryBytes + 1, ' ');
  EXPECT_EQ(canonical(longer), "error: query is longer than 16777216 bytes: split it");
}

TEST(Parser, ReadsWhatIsJustNotTooDeep) {
  const std::string ors = repeat("t = 'x' OR ", 990) + "t = 'y'";
  EXPECT_EQ(canonical("SELECT a FROM b WHERE " + ors), "SELECT a FROM b WHERE " + ors + ";");
  const std::string nested =
      repeat("SELECT a FROM (", 190) + "SELECT a FROM b" + std::string(190, ')');
  EXPECT_EQ(canonical(nested), nested + ";");
}

TEST(Parser, LooksNamesOfZonesUp) {
  ParseOptions options;
  options.has_time_zone = [](std::string_view name) { return name == "UTC"; };
  EXPECT_EQ(canonical("SELECT a FROM b tz('UTC')", options), "SELECT a FROM b TZ('UTC');");
  EXPECT_EQ(canonical("SELECT a FROM b TZ('Mars')", options),
            "error: unable to find time zone Mars");
}

TEST(Parser, LetsTheCallerCheckRegularExpressions) {
  ParseOptions options;
  options.check_regex = [](std::string_view regex) -> Result<void> {
    if (regex == "[") return fail(ErrorCode::bad_input, "error parsing regexp");
    return {};
  };
  EXPECT_EQ(canonical("SELECT a FROM /b/", options), "SELECT a FROM /b/;");
  EXPECT_EQ(canonical("SELECT a FROM /[/", options),
            "error: error parsing regexp at line 1, char 14");
}

TEST(Parser, BindsParameters) {
  ParseOptions options;
  options.params = {{"n", ParamScalar(int64_t{-5})},
                    {"flag", ParamScalar(true)},
                    {"nothing", ParamScalar()},
                    {"name", ParamObject{{"identifier", std::string("a b")}}},
                    {"two", ParamObject{{"string", std::string()}, {"regex", std::string()}}}};
  EXPECT_EQ(canonical("SELECT $name FROM m WHERE v = $flag", options),
            "SELECT \"a b\" FROM m WHERE v = true;");
  EXPECT_EQ(canonical("SELECT v FROM m LIMIT $n", options),
            "error: LIMIT must be >= 0 at line 1, char 23");
  EXPECT_EQ(canonical("SELECT v FROM m WHERE v = $x", options), "error: missing parameter: x");
  EXPECT_EQ(canonical("SELECT v FROM m WHERE v = $nothing", options),
            "error: unable to bind parameter with type <nil>");
  EXPECT_EQ(canonical("SELECT v FROM m WHERE v = $two", options),
            "error: bound object parameter value must have exactly one entry");
}

TEST(Printer, QuotesWhatInfluxDBForgets) {
  EXPECT_EQ(canonical("SELECT \"my fn\"(v), DISTINCT \"a b\" FROM \"\""),
            "SELECT \"my fn\"(v), DISTINCT \"a b\" FROM \"\";");
}

TEST(Printer, KeepsTheMeaningOfTreesWithoutParentheses) {
  const auto ref = [](const char* name) { return make_expr(VarRef{name}); };
  const ExprPtr sum = make_binary(Op::add, ref("a"), ref("b"));
  EXPECT_EQ(to_string(make_binary(Op::multiply, sum, ref("c"))), "(a + b) * c");
  EXPECT_EQ(to_string(make_binary(Op::subtract, ref("c"), sum)), "c - (a + b)");
  EXPECT_EQ(to_string(make_binary(Op::subtract, sum, ref("c"))), "a + b - c");
  EXPECT_EQ(to_string(*parse_expr("a / -b * c")), "a / (-1 * b) * c");
}

TEST(Printer, HidesPasswords) {
  EXPECT_EQ(canonical("CREATE USER u WITH PASSWORD 'secret'"),
            "CREATE USER u WITH PASSWORD [REDACTED];");
  EXPECT_EQ(canonical("SET PASSWORD FOR u = 'secret'"), "SET PASSWORD FOR u = [REDACTED];");
}

TEST(Privileges, AreThoseOfAllSourcesAndTheTarget) {
  const Statement statement =
      *parse_statement("SELECT a INTO x.y.z FROM d1..m, (SELECT a FROM d2..m)");
  const std::vector<RequiredPrivilege> expected = {{false, "d1", Privilege::read},
                                                   {false, "d2", Privilege::read},
                                                   {false, "x", Privilege::write}};
  EXPECT_EQ(required_privileges(statement), expected);
}

// Words and punctuation of the language in any order: an answer, and a stable canonical text.
RC_GTEST_PROP(Parser, AnswersEveryText, ()) {
  const auto word = rc::gen::elementOf(std::vector<std::string>{
      "SELECT", "FROM",    "WHERE",    "GROUP BY", "time", "(",     ")",  ",",
      "a",      "\"b c\"", "'s'",      "1",        "2.5",  "1h",    "-",  "+",
      "*",      "/",       "/re/",     "=~",       "=",    "AND",   "OR", ".",
      ":",      "::",      "fill",     "ORDER BY", "DESC", "LIMIT", "tz", ";",
      "$p",     "now()",   "DISTINCT", "INTO",     "\n",   "AS"});
  std::string text = "SELECT a";
  for (const std::string& piece : *rc::gen::container<std::vector<std::string>>(word)) {
    text += " " + piece;
  }
  const auto statements = parse_query(text);
  if (!statements) {
    RC_ASSERT(statements.error().code == ErrorCode::bad_input);
    return;
  }
  for (const Statement& statement : *statements) {
    const std::string once = to_string(statement);
    RC_ASSERT(canonical(once) == once + ";");
  }
}

// Any string and any name survive the way through the text (but for CR, which reads as LF, and
// bytes that are no UTF-8, which read as U+FFFD).
RC_GTEST_PROP(Parser, StringsAndNamesSurvive, (const std::string& bytes)) {
  std::string text = "µ";
  for (const char byte : bytes) text += static_cast<char>(byte & 0x7F);
  RC_PRE(text.find('\r') == std::string::npos);
  const auto string = parse_expr(to_string(make_expr(StringLiteral{text})));
  RC_ASSERT(string && as<StringLiteral>(*string)->value == text);
  const auto ref = parse_expr(to_string(make_expr(VarRef{text})));
  RC_ASSERT(ref && as<VarRef>(*ref)->name == text);
}

}  // namespace
}  // namespace efd::influx
