#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"
#include "app/connection.h"
#include "app/terminal.h"
#include "app/top_view.h"
#include "codec/json.h"

namespace sightglass::app {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

struct TopFlags {
    std::string data_dir = "sightglass-data";
    TopView view;
    std::string sort = "calls_per_min";
    std::vector<std::string> filters;
    double every_s = 2;
    std::uint64_t count = 0;
};

std::string TargetOf(const TopFlags& flags, const TopView& view, bool grouped) {
    std::string metrics;
    for (const TopColumn& column : TopColumns()) {
        metrics += metrics.empty() ? "" : ",";
        metrics += column.metric;
    }
    TargetBuilder target("/api/v1/query");
    target.Add("metrics", metrics).Add("from", "-" + view.window);
    if (grouped) {
        target.Add("group_by", view.by).Add("order_by", "-calls_per_min").Add("limit", "500");
    }
    for (const std::string& filter : flags.filters) {
        target.Add("filter", filter);
    }
    return target.target();
}

Result<TopData> Ask(const TopFlags& flags, const TopView& view, Connection& connection) {
    TopData data;
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(std::string answer, connection.Get(TargetOf(flags, view, true)));
    SG_ASSIGN_OR_RETURN(data.rows, ReadTopRows(answer, true));
    SG_ASSIGN_OR_RETURN(codec::JsonValue root, parser.Parse(answer));
    data.at = std::string(root.Get("to").String().value_or(""));
    SG_ASSIGN_OR_RETURN(answer, connection.Get(TargetOf(flags, view, false)));
    SG_ASSIGN_OR_RETURN(const std::vector<TopRow> all, ReadTopRows(answer, false));
    if (!all.empty()) {
        data.all = all.front();
    }
    SG_ASSIGN_OR_RETURN(answer, connection.Get("/api/v1/status"));
    SG_ASSIGN_OR_RETURN(root, parser.Parse(answer));
    data.in_flight = root.Get("in_flight").Int().value_or(0);
    SG_ASSIGN_OR_RETURN(answer, connection.Get("/api/v1/alerts?limit=1"));
    SG_ASSIGN_OR_RETURN(root, parser.Parse(answer));
    data.firing = root.Get("firing").Int().value_or(0);
    return data;
}

Status ShowPlain(const TopFlags& flags, Connection& connection) {
    const std::uint64_t count = std::max<std::uint64_t>(flags.count, 1);
    for (std::uint64_t i = 0; i < count; ++i) {
        if (i > 0) {
            std::this_thread::sleep_for(std::chrono::duration<double>(flags.every_s));
            std::fputs("\n", stdout);
        }
        SG_ASSIGN_OR_RETURN(TopData data, Ask(flags, flags.view, connection));
        SortRows(flags.view, data.rows);
        std::fputs(FormatTop(flags.view, data, std::nullopt).c_str(), stdout);
        std::fflush(stdout);
    }
    return {};
}

/// Until the reader has seen enough, or `count` times.
Status ShowOnScreen(const TopFlags& flags, Connection& connection) {
    constexpr std::chrono::milliseconds kKeysEvery(100);
    TopView view = flags.view;
    SG_ASSIGN_OR_RETURN(TopData data, Ask(flags, view, connection));
    std::uint64_t asked = 1;
    Screen screen;
    SteadyTime next = std::chrono::steady_clock::now();
    next += std::chrono::milliseconds(static_cast<std::int64_t>(flags.every_s * 1e3));
    while (!view.done && !screen.Stopped()) {
        SortRows(view, data.rows);
        screen.Show(FormatTop(view, data, screen.Size()));
        const TopView before = view;
        TakeKeys(screen.TypedWithin(kKeysEvery), view);
        const bool other = before.by != view.by || before.window != view.window;
        const SteadyTime now = std::chrono::steady_clock::now();
        if (!other && (view.paused || now < next)) {
            continue;
        }
        if (flags.count > 0 && asked++ >= flags.count) {
            break;
        }
        auto newer = Ask(flags, view, connection);
        if (newer.Ok()) {
            data = std::move(newer).value();
        } else {
            data.trouble = newer.error().message;
        }
        next = now + std::chrono::milliseconds(static_cast<std::int64_t>(flags.every_s * 1e3));
    }
    return {};
}

Status Top(TopFlags flags) {
    const auto& columns = TopColumns();
    const auto sort = std::find_if(columns.begin(), columns.end(), [&](const TopColumn& column) {
        return column.metric == flags.sort;
    });
    if (sort == columns.end()) {
        std::string names;
        for (const TopColumn& column : columns) {
            names += names.empty() ? "" : ", ";
            names += column.metric;
        }
        return Error{ErrorCode::kInvalidArgument, "--sort: there are " + names};
    }
    flags.view.sort = static_cast<std::size_t>(sort - columns.begin());
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir, Need::kServer));
    return Screen::IsThere() ? ShowOnScreen(flags, connection) : ShowPlain(flags, connection);
}

}  // namespace

void AddTopCommand(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("top", "Who calls now, in the terminal");
    command->footer(
        "Examples:\n  sightglass top --by service --sort cost_usd\n  sightglass top --count 10 | "
        "cat"
    );
    auto flags = std::make_shared<TopFlags>();
    command->add_option("--by", flags->view.by, "A dimension: model, service, user ...")
        ->type_name("DIMENSION")
        ->capture_default_str();
    command->add_option("--window", flags->view.window, "Over the last 1m, 5m, 1h ...")
        ->type_name("TIME")
        ->capture_default_str();
    command->add_option("--sort", flags->sort, "The metric whose largest come first")
        ->type_name("METRIC")
        ->capture_default_str();
    command->add_flag("--ascending", flags->view.ascending)->description("The smallest first");
    command->add_option("--filter", flags->filters, "name:value, -name:value, name:~text, name:>=N")
        ->type_name("FILTER");
    command->add_option("--every", flags->every_s, "Seconds from one look to the next")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(CLI::Range(0.2, 3600.0));
    command
        ->add_option(
            "--count",
            flags->count,
            "End after so many looks; without a terminal one is the default"
        )
        ->type_name("N");
    command->add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    command->callback([flags, &exit_code] {
        const Status done = Top(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
}

}  // namespace sightglass::app
