#include "app/command_prices.h"

#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"
#include "app/connection.h"
#include "app/table_text.h"
#include "base/files.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "prices/price_shelf.h"

namespace sightglass::app {
namespace {

constexpr std::size_t kLineBytesMax = std::size_t{1} << 20;

/// A count as it is kept: seconds in thousandths.
std::optional<std::int64_t> CountOf(const prices::Unit& unit, codec::JsonValue value) {
    constexpr double kMsPerSecond = 1000;
    constexpr double kCountMax = 1e15;
    const std::optional<double> number = value.Double();
    if (!number || !(*number >= 0) || *number > kCountMax) {
        return std::nullopt;
    }
    return unit.IsDuration() ? std::llround(*number * kMsPerSecond) : value.Int();
}

Result<prices::Usage> ReadUsage(codec::JsonValue json) {
    prices::Usage usage;
    Status read;
    json.ForEach([&](std::string_view name, codec::JsonValue value) {
        const auto number = prices::FindUnit(name);
        const auto count =
            number ? CountOf(prices::Units()[*number], value) : std::optional<std::int64_t>();
        if (!count) {
            read = Error{
                ErrorCode::kInvalidArgument,
                "usage: \"" + std::string(name) + "\" is no unit, or its value no count"};
            return false;
        }
        usage.counts[*number] = *count;
        return true;
    });
    usage.counts[*prices::FindUnit("requests")] = 1;
    SG_TRY(read);
    return usage;
}

std::string QuoteJson(const prices::Quote& quote) {
    codec::JsonWriter json;
    json.BeginObject();
    if (quote.why != prices::Unpriced::kNot) {
        json.Key("cost_nano_usd").Null().Key("unpriced").String(ToString(quote.why));
        return json.EndObject().Take();
    }
    const auto part = [&](std::string_view name, prices::Part which) {
        json.Key(name).Int(quote.cost.Of(which).nano_usd());
    };
    json.Key("cost_nano_usd").Int(quote.cost.total.nano_usd());
    part("input_cost_nano_usd", prices::Part::kInput);
    part("cached_cost_nano_usd", prices::Part::kCached);
    part("cache_write_cost_nano_usd", prices::Part::kCacheWrite);
    part("output_cost_nano_usd", prices::Part::kOutput);
    part("other_cost_nano_usd", prices::Part::kOther);
    json.Key("price_id").String(quote.price_id);
    return json.EndObject().Take();
}

Result<std::string>
Answer(const prices::PriceBook& book, codec::JsonParser& parser, const std::string& line) {
    SG_ASSIGN_OR_RETURN(const codec::JsonValue question, parser.Parse(line));
    if (!question.IsObject()) {
        return Error{ErrorCode::kInvalidArgument, "expected an object"};
    }
    const Time now = Clock::System().Now();
    prices::Use use;
    use.at = now;
    use.provider = question.Get("provider").String().value_or("");
    use.model = question.Get("model").String().value_or("");
    use.service_tier = question.Get("service_tier").String().value_or("");
    if (const auto at = question.Get("at").String()) {
        SG_ASSIGN_OR_RETURN(use.at, ParseTime(*at, now));
    }
    SG_ASSIGN_OR_RETURN(use.usage, ReadUsage(question.Get("usage")));
    return QuoteJson(book.Calculate(use));
}

/// A question a line, an answer a line.
Status Calculate(const std::string& data_dir) {
    const auto book = prices::PriceShelf(Path(data_dir) / "prices").Get();
    codec::JsonParser parser;
    std::string line;
    for (std::size_t number = 1; std::getline(std::cin, line); ++number) {
        if (line.empty()) {
            continue;
        }
        Result<std::string> answer =
            line.size() > kLineBytesMax
                ? Result<std::string>(Error{ErrorCode::kTooLarge, "longer than 1 MiB"})
                : Answer(*book, parser, line);
        if (!answer.Ok()) {
            Error error = std::move(answer).error();
            error.code = ErrorCode::kCorrupt;  // It is the input that is wrong, not the command.
            return std::move(error).In("line " + std::to_string(number));
        }
        answer->push_back('\n');
        std::fwrite(answer->data(), 1, answer->size(), stdout);
    }
    return {};
}

void AddCalculate(CLI::App& prices, int& exit_code) {
    CLI::App* command =
        prices.add_subcommand("calculate", "What usage costs: a JSON object a line");
    command->footer(
        "Example:\n  echo "
        "'{\"provider\":\"openai\",\"model\":\"gpt-4o\",\"usage\":{\"input_tokens\":"
        "1000,\"output_tokens\":100}}' \\\n    | sightglass prices calculate\n\nMembers: provider, "
        "model, "
        "service_tier, at (a time; now where it is left out), usage (units of docs/prices.md)."
    );
    auto data_dir = std::make_shared<std::string>("sightglass-data");
    command
        ->add_option(
            "--data-dir",
            *data_dir,
            "Whose prices; the program's own where there are none"
        )
        ->type_name("DIR")
        ->envname("SIGHTGLASS_DATA_DIR");
    command->callback([data_dir, &exit_code] {
        const Status done = Calculate(*data_dir);
        exit_code = done.Ok() ? 0 : Fail(done.error());
    });
}

struct ListFlags {
    std::string data_dir = "sightglass-data";
    std::string search;
    std::string from;
    std::string to;
    bool json = false;
};

/// "2.5, beyond 271999: 5".
std::string RateText(codec::JsonValue rate) {
    constexpr int kDigits = 6;
    std::string text = FormatNumber(rate.Get("usd").Double().value_or(0), kDigits);
    rate.Get("tiers").ForEach([&text](std::string_view, codec::JsonValue tier) {
        text += ", beyond " + std::to_string(tier.Get("above_input_tokens").Int().value_or(0)) +
                ": " + FormatNumber(tier.Get("usd").Double().value_or(0), kDigits);
        return true;
    });
    return text;
}

/// A row a rate.
void AddRows(codec::JsonValue model, std::vector<std::vector<std::string>>& rows) {
    const std::string name = std::string(model.Get("provider").String().value_or("")) + "/" +
                             std::string(model.Get("model").String().value_or(""));
    model.Get("prices").ForEach([&](std::string_view, codec::JsonValue entry) {
        std::string when(entry.Get("from").String().value_or(""));
        if (const auto until = entry.Get("until").String()) {
            when += " to " + std::string(*until);
        }
        if (entry.Get("between").IsArray()) {
            when += std::string(entry.Get("between").At(0).String().value_or("")) + "-" +
                    std::string(entry.Get("between").At(1).String().value_or(""));
        }
        entry.Get("rates").ForEach([&](std::string_view, codec::JsonValue rate) {
            rows.push_back(
                {name,
                 when.empty() ? "always" : when,
                 std::string(rate.Get("price").String().value_or("")),
                 RateText(rate),
                 model.Get("own").Bool().value_or(false) ? "own" : "list"}
            );
            return true;
        });
        return true;
    });
}

Status List(const ListFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    std::vector<std::vector<std::string>> rows;
    std::string cursor;
    do {
        TargetBuilder target("/api/v1/prices");
        target.Add("search", flags.search).Add("limit", "1000").Add("cursor", cursor);
        SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get(target.target()));
        codec::JsonParser parser;
        SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
        root.Get("items").ForEach([&](std::string_view, codec::JsonValue model) {
            if (flags.json) {
                std::printf("%s\n", model.Text().c_str());
            } else {
                AddRows(model, rows);
            }
            return true;
        });
        cursor = root.Get("next").String().value_or("");
    } while (!cursor.empty());
    if (!flags.json) {
        const std::vector<TextColumn> columns =
            {{"model", false}, {"when", false}, {"price", false}, {"usd", false}, {"from", false}};
        std::fputs(FormatTable(columns, rows).c_str(), stdout);
    }
    return {};
}

std::string CellOf(codec::JsonValue value) {
    if (value.String()) {
        return std::string(*value.String());
    }
    return value.Int() ? std::to_string(*value.Int()) : "-";
}

Status Unpriced(const ListFlags& flags) {
    SG_ASSIGN_OR_RETURN(Connection connection, Connection::Open(flags.data_dir));
    TargetBuilder target("/api/v1/prices/unpriced");
    target.Add("from", flags.from).Add("to", flags.to);
    SG_ASSIGN_OR_RETURN(const std::string answer, connection.Get(target.target()));
    if (flags.json) {
        std::printf("%s\n", answer.c_str());
        return {};
    }
    codec::JsonParser parser;
    SG_ASSIGN_OR_RETURN(const codec::JsonValue root, parser.Parse(answer));
    constexpr std::string_view kColumns[] =
        {"provider", "model", "service_tier", "why", "calls", "input_tokens", "output_tokens"};
    std::vector<TextColumn> columns;
    for (const std::string_view name : kColumns) {
        columns.push_back({std::string(name), name == "calls" || name.ends_with("_tokens")});
    }
    std::vector<std::vector<std::string>> rows;
    root.Get("items").ForEach([&](std::string_view, codec::JsonValue item) {
        auto& row = rows.emplace_back();
        for (const std::string_view name : kColumns) {
            row.push_back(CellOf(item.Get(name)));
        }
        return true;
    });
    std::fputs(FormatTable(columns, rows).c_str(), stdout);
    return {};
}

void AddLists(CLI::App& prices, int& exit_code) {
    for (const bool unpriced : {false, true}) {
        CLI::App* command =
            unpriced ? prices.add_subcommand("unpriced", "What was used and has no price")
                     : prices.add_subcommand("list", "What models cost, one's own prices first");
        auto flags = std::make_shared<ListFlags>();
        command->add_option("--data-dir", flags->data_dir, "Where Sightglass keeps everything")
            ->type_name("DIR")
            ->envname("SIGHTGLASS_DATA_DIR");
        command->add_flag("--json", flags->json)->description("As JSON");
        if (unpriced) {
            command->add_option("--from", flags->from, "-24h by default")->type_name("TIME");
            command->add_option("--to", flags->to, "Now by default")->type_name("TIME");
            command->footer("Example:\n  sightglass prices unpriced --from -30d");
        } else {
            command->add_option("search", flags->search, "A part of provider/model")
                ->type_name("TEXT");
            command->footer("Example:\n  sightglass prices list openai/gpt-5");
        }
        command->callback([flags, unpriced, &exit_code] {
            const Status done = unpriced ? Unpriced(*flags) : List(*flags);
            exit_code = done.Ok() ? 0 : Fail(done.error());
        });
    }
}

}  // namespace

void AddPricesCommand(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("prices", "What models cost");
    command->require_subcommand(1);
    AddLists(*command, exit_code);
    AddCalculate(*command, exit_code);
    AddPriceChanges(*command, exit_code);
}

}  // namespace sightglass::app
