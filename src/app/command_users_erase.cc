// `sightglass users erase`: takes a user out of everything that is kept, while no server runs.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "access/key_fingerprint.h"
#include "access/pseudonym.h"
#include "app/commands.h"
#include "app/connection.h"
#include "app/data_directory.h"
#include "app/users_flags.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "journal/journal.h"
#include "state/erase_user.h"
#include "store/duckdb/duckdb_store.h"
#include "store/duckdb/erase_user.h"

namespace sightglass::app {
namespace {

/// Shorter names stand in any file by chance: nothing can be said by looking for them.
constexpr std::size_t kSoughtBytesMin = 6;

/// What is looked through, and where the name was found.
struct Search {
    std::size_t files = 0;
    std::vector<std::string> found;
};

/// The name that a pseudonym stands for. On the way, a server of our own takes in what the journal still holds.
Result<std::string> NameOf(const UsersFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    if (connection.OwnServer() == nullptr) {
        return Error{
            ErrorCode::kConflict,
            "a server has " + flags.data_dir + " open; stop it first: its files are written anew"};
    }
    if (!access::IsPseudonym(flags.user)) {
        return flags.user;
    }
    TargetBuilder target("/api/v1/users/" + flags.user);
    target.Add("from", "1970-01-02T00:00:00Z").Add("names", "true");
    SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get(target.target()));
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
    return std::string(root.Get("name").String().value_or(""));
}

/// Deletes the journal, once all that it says is in the store. Its numbers begin anew beyond all that were.
Status ClearJournal(const Path& directory, const store::JournalPositions& taken_in) {
    std::error_code failed;
    if (!std::filesystem::is_directory(directory, failed)) {
        return {};
    }
    {
        SG_ASSIGN_OR_RETURN(
            const std::unique_ptr<journal::Journal> journal,
            journal::Journal::Open(directory, {})
        );
        bool is_taken_in = true;
        const auto reader = journal->NewReader();
        SG_TRY(reader->Poll([&](const journal::Record& record) {
            const auto position = taken_in.find(record.position.segment);
            const bool is_note = record.type == journal::RecordType::kCallCarried ||
                                 record.type == journal::RecordType::kCallClosed;
            is_taken_in = is_taken_in && (is_note || (position != taken_in.end() &&
                                                      record.position.offset < position->second));
            return is_taken_in;
        }));
        if (!is_taken_in) {
            return Error{
                ErrorCode::kUnavailable,
                "the journal holds calls that the store has not taken in; start a server once, and "
                "stop it"};
        }
    }
    std::vector<Path> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory, failed)) {
        const std::string extension = entry.path().extension().string();
        if (extension == ".seg" || extension == ".ring" || extension == ".damaged") {
            files.push_back(entry.path());
        }
    }
    for (const Path& file : files) {
        std::filesystem::remove(file, failed);
    }
    return failed ? Status(Error{ErrorCode::kIo, "cannot delete the journal: " + failed.message()})
                  : Status();
}

Result<Search> LookFor(const Path& directory, const std::string& name, const std::string& quoted) {
    Search search;
    std::error_code failed;
    const std::string inner = quoted.substr(1, quoted.size() - 2);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, failed)) {
        if (!entry.is_regular_file()) {
            continue;
        }
        SG_ASSIGN_OR_RETURN(const std::string content, ReadFile(entry.path()));
        ++search.files;
        if (content.find(name) != std::string::npos || content.find(inner) != std::string::npos) {
            search.found.push_back(std::filesystem::relative(entry.path(), directory).string());
        }
    }
    return search;
}

std::string QuotedJson(const std::string& text) {
    std::string quoted;
    codec::AppendJsonString(text, quoted);
    return quoted;
}

struct Erased {
    store::ErasedFromStore store;
    state::ErasedFromState state;
    Search search;
};

Result<Erased> Erase(const Path& directory, const std::string& user) {
    SG_ASSIGN_OR_RETURN(const FileDescriptor lock, OpenDataDirectory(directory));
    const Path file = directory / "calls.duckdb";
    const store::DuckDbOptions options;
    store::JournalPositions taken_in;
    {
        SG_ASSIGN_OR_RETURN(const auto store, store::OpenDuckDb(file, options));
        SG_ASSIGN_OR_RETURN(taken_in, store->Positions());
    }
    SG_TRY(ClearJournal(directory / "journal", taken_in));
    Erased erased;
    SG_ASSIGN_OR_RETURN(erased.store, store::EraseUser(file, user, options.group_rows));
    std::error_code ignored;
    std::filesystem::remove(
        directory / "threads",
        ignored
    );  // Which conversation a message belongs to.
    SG_ASSIGN_OR_RETURN(const Secret secret, access::LoadOrCreateSecret(directory / "secret"));
    codec::JsonWriter detail;
    detail.BeginObject().Key("calls").Int(erased.store.calls);
    detail.Key("contents").Int(erased.store.contents).Key("feedback").Int(erased.store.feedback);
    detail.EndObject();
    const state::AuditEntry entry{
        .at = Clock::System().Now(),
        .actor = "admin",
        .action = "user_erased",
        .object = access::PseudonymOf(access::Fingerprinter(secret), user),
        .detail = detail.Take()};
    const std::string quoted = QuotedJson(user);
    {
        SG_ASSIGN_OR_RETURN(const auto database, state::Database::Open(directory / "state.db"));
        SG_ASSIGN_OR_RETURN(erased.state, state::EraseUser(*database, user, quoted, entry));
    }
    SG_ASSIGN_OR_RETURN(erased.search, LookFor(directory, user, quoted));
    return erased;
}

Status Confirm(const UsersFlags& flags) {
    if (flags.yes) {
        return {};
    }
    if (::isatty(STDIN_FILENO) == 0) {
        return Error{ErrorCode::kUnavailable, "nothing was erased; run it again with --yes"};
    }
    std::printf("Erase this user for good? Calls stay, without who made them. [y/N] ");
    std::fflush(stdout);
    std::string line;
    std::getline(std::cin, line);
    return line == "y" || line == "yes"
               ? Status()
               : Status(Error{ErrorCode::kUnavailable, "nothing was erased"});
}

void PrintJson(const Erased& erased, bool sought) {
    codec::JsonWriter json;
    json.BeginObject().Key("calls").Int(erased.store.calls);
    json.Key("contents").Int(erased.store.contents).Key("feedback").Int(erased.store.feedback);
    json.Key("spans").Int(erased.store.spans).Key("follow_ups").Int(erased.state.follow_ups);
    json.Key("alerts").Int(erased.state.alerts).Key("keys").Int(erased.state.keys);
    json.Key("leftovers").BeginArray();
    for (const store::Leftover& leftover : erased.store.leftovers) {
        json.BeginObject().Key("column").String(leftover.column);
        json.Key("rows").Int(leftover.rows).EndObject();
    }
    json.EndArray().Key("files").Int(static_cast<std::int64_t>(erased.search.files));
    json.Key("found_in");
    if (sought) {
        json.BeginArray();
        for (const std::string& file : erased.search.found) {
            json.String(file);
        }
        json.EndArray();
    } else {
        json.Null();
    }
    std::printf("%s\n", json.EndObject().Take().c_str());
}

void PrintText(const Erased& erased, bool sought) {
    std::printf(
        "Erased from %lld calls, %lld contents, %lld feedback, %lld spans, %lld follow-ups, %lld "
        "alerts and notices, %lld keys.\n",
        static_cast<long long>(erased.store.calls),
        static_cast<long long>(erased.store.contents),
        static_cast<long long>(erased.store.feedback),
        static_cast<long long>(erased.store.spans),
        static_cast<long long>(erased.state.follow_ups),
        static_cast<long long>(erased.state.alerts),
        static_cast<long long>(erased.state.keys)
    );
    for (const store::Leftover& leftover : erased.store.leftovers) {
        std::printf(
            "The name also stands in %lld rows of %s that are not this user's.\n",
            static_cast<long long>(leftover.rows),
            leftover.column.c_str()
        );
    }
    if (!sought) {
        std::printf("The name is too short to be looked for in the files.\n");
    } else if (erased.search.found.empty()) {
        std::printf("Looked through %zu files: the name is in none.\n", erased.search.files);
    }
    for (const std::string& file : sought ? erased.search.found : std::vector<std::string>()) {
        std::printf("The name is still in %s.\n", file.c_str());
    }
}

Status RunErase(const UsersFlags& flags) {
    SG_TRY(Confirm(flags));
    SG_ASSIGN_OR_RETURN(const std::string user, NameOf(flags));
    if (user.empty()) {
        return Error{ErrorCode::kInvalidArgument, "no user is named"};
    }
    SG_ASSIGN_OR_RETURN(const Erased erased, Erase(flags.data_dir, user));
    const bool sought = user.size() >= kSoughtBytesMin;
    if (flags.json) {
        PrintJson(erased, sought);
    } else {
        PrintText(erased, sought);
    }
    const bool is_left = sought && erased.store.leftovers.empty() && !erased.search.found.empty();
    return is_left ? Status(Error{ErrorCode::kInternal, "the name is still in some file"})
                   : Status();
}

}  // namespace

void AddUsersErase(CLI::App& users, int& exit_code) {
    CLI::App* command = users.add_subcommand("erase", "Take a user out of everything that is kept");
    command->footer(
        "Example:\n  sightglass users erase u_0123456789abcdef --yes\n\nThe server must be "
        "stopped: "
        "its files are written anew. Calls and all totals stay."
    );
    auto flags = std::make_shared<UsersFlags>();
    AddDataDir(*command, *flags);
    command->add_option("user", flags->user, "A pseudonym or a name")->required();
    command->add_flag("--yes", flags->yes)->description("Without asking");
    command->add_flag("--json", flags->json)->description("What was done, as one JSON document");
    command->callback([flags, &exit_code] {
        const Status done = RunErase(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
}

}  // namespace sightglass::app
