// What the commands about users may be told.
//
// Thread-safety: plain value; before the command line is parsed, on one thread.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace sightglass::app {

struct UsersFlags {
    std::string data_dir = "sightglass-data";
    std::string user;
    std::vector<std::string> filters;
    std::string from;
    std::string to;
    std::string segment;
    std::string order_by;
    std::string limit;
    bool names = false;
    bool json = false;
    bool yes = false;
};

void AddDataDir(CLI::App& command, UsersFlags& flags);
void AddUsersErase(CLI::App& users, int& exit_code);

}  // namespace sightglass::app
