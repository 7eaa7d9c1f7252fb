// SPDX-License-Identifier: MIT
#include "sal/xml.h"

#include <gtest/gtest.h>

namespace efd::sal {
namespace {

std::string fault_of(std::string_view content, const XmlLimits& limits = {}) {
  const auto root = parse_xml("f.xml", content, limits);
  return root ? "none" : to_string(root.error());
}

std::string not_well_formed(size_t line, const std::string& reason) {
  return "f.xml:" + std::to_string(line) + ": not well-formed: " + reason;
}

TEST(Xml, ReadsElementsTextAndLines) {
  const auto root = parse_xml("f.xml",
                              "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8' ?>\r\n"
                              "<?xml-stylesheet href=\"x&gt;\"?>\r\n"
                              "<!-- <a> & -->\r\n"
                              "<a b=\"1>2\">\r\n"
                              "  <c> x &amp; y\r\nz &#x41;&#66;<!-- & --><![CDATA[<&]]> </c>\r\n"
                              "  <d/><c>second</c><e>   </e>\r\n"
                              "</a>\r\n");
  ASSERT_TRUE(root) << to_string(root.error());
  EXPECT_EQ(root->name, "a");
  EXPECT_EQ(root->line, 4u);
  ASSERT_EQ(root->children.size(), 4u);
  EXPECT_EQ(root->child("c")->text, " x & y\nz AB<& ");
  EXPECT_EQ(root->child("c")->line, 5u);
  EXPECT_EQ(root->child("d")->line, 7u);
  EXPECT_EQ(root->child("e")->text, "   ");
  EXPECT_EQ(root->child("x"), nullptr);
}

TEST(Xml, RefusesWhatIsNotWellFormed) {
  EXPECT_EQ(fault_of(""), not_well_formed(1, "no element at all"));
  EXPECT_EQ(fault_of("<a>\n<b>\n</b>\n"), not_well_formed(4, "<a> is not ended"));
  EXPECT_EQ(fault_of("<a/>\n<b/>"), not_well_formed(2, "a second root element"));
  EXPECT_EQ(fault_of("<a/>\ntext"), not_well_formed(1, "text beside the root element"));
  EXPECT_EQ(fault_of("text<a/>"), not_well_formed(1, "text beside the root element"));
  EXPECT_EQ(fault_of("<a/><![CDATA[x]]>"), not_well_formed(1, "text beside the root element"));
  EXPECT_EQ(fault_of("<a>\n&x;</a>"), not_well_formed(2, "undefined entity &x"));
  EXPECT_EQ(fault_of("<a>R&D</a>"), not_well_formed(1, "undefined entity &D"));
  EXPECT_EQ(fault_of("<a b='&y;'/>"), not_well_formed(1, "undefined entity &y"));
  EXPECT_EQ(fault_of("<a>&#0;</a>"), not_well_formed(1, "undefined entity &#0"));
  EXPECT_EQ(fault_of("<a>&#xD800;</a>"), not_well_formed(1, "undefined entity &#xD800"));
  EXPECT_EQ(fault_of("<a>\x01</a>"), not_well_formed(1, "a control character"));
  EXPECT_EQ(fault_of("<a>\n\xff</a>"), not_well_formed(2, "not UTF-8"));
  EXPECT_EQ(fault_of("</a>"), not_well_formed(1, "</a> without <a>"));
  EXPECT_EQ(fault_of("<a><!-- x</a>"), not_well_formed(1, "a comment that does not end"));
  EXPECT_EQ(fault_of("<a"), not_well_formed(1, "a tag that does not end"));
  EXPECT_EQ(fault_of("<a><?x </a>"),
            not_well_formed(1, "a processing instruction that does not end"));
  EXPECT_EQ(fault_of("<a><![CDATA[ </a>"), not_well_formed(1, "a CDATA section that does not end"));
  EXPECT_EQ(fault_of("<?xml version='1.0' encoding='latin1'?><a/>"),
            not_well_formed(1, "encoding latin1: only UTF-8 is read"));
}

TEST(Xml, TagsMustMatch) {
  EXPECT_EQ(fault_of("<a>\n<b></c>\n</a>"), not_well_formed(2, "</c> where </b> is due"));
  EXPECT_EQ(fault_of("<a><b x='1'></a></b>"), not_well_formed(1, "</a> where </b> is due"));
  EXPECT_EQ(fault_of("<a\n><b\t/></a >"), "none");
  EXPECT_NE(fault_of("<a><></></a>"), "none");
  EXPECT_NE(fault_of("<a x=y/>"), "none");
}

TEST(Xml, EntityBombsMeetTheDoctypeRule) {
  EXPECT_EQ(fault_of("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY x 'ha'><!ENTITY y '&x;&x;'>]>\n"
                     "<a>&y;</a>"),
            not_well_formed(2, "a DOCTYPE or other declaration is not allowed"));
}

TEST(Xml, DepthAndElementsAreBounded) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<a>";
  EXPECT_EQ(fault_of(deep), not_well_formed(1, "elements nested deeper than 32"));
  EXPECT_EQ(fault_of("<a><b><c/></b></a>", {.depth_max = 2}),
            not_well_formed(1, "elements nested deeper than 2"));
  EXPECT_EQ(fault_of("<a><b/><b/></a>", {.depth_max = 3}), "none");
  EXPECT_EQ(fault_of("<a><b/><b/></a>", {.elements_max = 2}),
            not_well_formed(1, "more than 2 elements"));
}

// Each of these is read in one pass: none may cost the square of its size.
TEST(Xml, LargeHostileTextsAreReadInOnePass) {
  constexpr size_t kTags = 500'000;
  std::string tags = "<a>";
  std::string ampersands = "<a>";
  for (size_t i = 0; i < kTags; ++i) tags += "<b/>x";
  for (size_t i = 0; i < kTags; ++i) ampersands += "&amp;";
  EXPECT_EQ(fault_of(tags + "</a>"), "none");
  EXPECT_EQ(fault_of(ampersands + "</a>"), "none");
  EXPECT_NE(fault_of(std::string(kTags, '<')), "none");
}

}  // namespace
}  // namespace efd::sal
