// The command line: one function a subcommand, each in a file of its own (command_<name>.cc). A
// function declares its flags on the program; when the command was chosen, parsing leaves its exit
// code in `exit_code` (0 ok, 1 failed, 2 usage).
//
// Thread-safety: before the command line is parsed, on one thread; Fail from any.
#pragma once

#include "base/result.h"

namespace CLI {
class App;
}

namespace sightglass::app {

void AddServeCommand(CLI::App& program, int& exit_code);
void AddDemoCommand(CLI::App& program, int& exit_code);
void AddQueryCommand(CLI::App& program, int& exit_code);
void AddExplainCommand(CLI::App& program, int& exit_code);
void AddCallsCommand(CLI::App& program, int& exit_code);
void AddTopCommand(CLI::App& program, int& exit_code);
void AddImportCommand(CLI::App& program, int& exit_code);
void AddExportCommand(CLI::App& program, int& exit_code);
void AddMonitorsCommand(CLI::App& program, int& exit_code);
void AddKeysCommand(CLI::App& program, int& exit_code);
void AddUsersCommand(CLI::App& program, int& exit_code);
void AddFollowUpsCommand(CLI::App& program, int& exit_code);
void AddTokensCommand(CLI::App& program, int& exit_code);
void AddPricesCommand(CLI::App& program, int& exit_code);
void AddRefineCommand(CLI::App& program, int& exit_code);
void AddCheckConfigCommand(CLI::App& program, int& exit_code);
void AddVersionCommand(CLI::App& program, int& exit_code);

/// Prints "sightglass: <message>" on standard error and returns 1.
int Fail(const char* message);

/// The same; what was asked for in a wrong way (kInvalidArgument) returns 2.
int Fail(const Error& error);

}  // namespace sightglass::app
