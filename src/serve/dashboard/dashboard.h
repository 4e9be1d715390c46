// The dashboard's pages: /ui/* is its index.html, /assets/* its files, under a strict content security policy.
#pragma once

#include <string>
#include <string_view>

#include "net/http_server.h"
#include "serve/dashboard/asset_archive.h"

namespace sightglass::serve {

/// Thread-safety: safe for concurrent use.
class Dashboard {
public:
    /// Of the files that are built into the program.
    Dashboard();
    explicit Dashboard(AssetArchive archive);

    /// Answers GET and HEAD of /, /ui/* and /assets/*.
    net::HttpResponse Serve(const net::HttpRequest& request) const;

private:
    net::HttpResponse ServeIndex(const net::HttpRequest& request) const;

    const AssetArchive archive_;
};

/// Whether an Accept-Encoding header takes `encoding`, named in it with a weight other than zero.
bool AcceptsEncoding(std::string_view accept_encoding, std::string_view encoding);

}  // namespace sightglass::serve
