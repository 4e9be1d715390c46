#include "notify/address_rule.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

#include <gtest/gtest.h>

namespace sightglass::notify {
namespace {

bool Refused(const std::string& text, PrivateAddresses allowed) {
    sockaddr_in6 v6{};
    sockaddr_in v4{};
    if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        return !WhyForbidden(*reinterpret_cast<const sockaddr*>(&v4), allowed).empty();
    }
    EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1) << text;
    v6.sin6_family = AF_INET6;
    return !WhyForbidden(*reinterpret_cast<const sockaddr*>(&v6), allowed).empty();
}

TEST(AddressRuleTest, LinkLocalAndWhatIsNoMachineAreNeverReached) {
    for (const char* text :
         {"169.254.169.254",
          "0.0.0.0",
          "224.0.0.1",
          "255.255.255.255",
          "fe80::1",
          "ff02::1",
          "::",
          "::ffff:169.254.169.254",
          "64:ff9b::a9fe:a9fe",
          "2002:a9fe:a9fe::1",
          "::127.0.0.1"}) {
        EXPECT_TRUE(Refused(text, PrivateAddresses::kAllowed)) << text;
        EXPECT_TRUE(Refused(text, PrivateAddresses::kRefused)) << text;
    }
}

TEST(AddressRuleTest, PrivateOnesOnlyWhereAllowed) {
    for (const char* text :
         {"127.0.0.1",
          "10.1.2.3",
          "172.16.0.1",
          "172.31.255.255",
          "192.168.1.1",
          "100.64.0.1",
          "::1",
          "fd00:ec2::254",
          "::ffff:10.0.0.1",
          "fec0::1"}) {
        EXPECT_FALSE(Refused(text, PrivateAddresses::kAllowed)) << text;
        EXPECT_TRUE(Refused(text, PrivateAddresses::kRefused)) << text;
    }
}

TEST(AddressRuleTest, PublicOnesAreReached) {
    for (const char* text : {"1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111"}) {
        EXPECT_FALSE(Refused(text, PrivateAddresses::kRefused)) << text;
    }
}

}  // namespace
}  // namespace sightglass::notify
