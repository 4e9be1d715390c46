#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "app/commands.h"
#include "base/files.h"
#include "base/text.h"
#include "codec/json_writer.h"
#include "pipeline/request_tokens.h"
#include "tokens/estimate.h"
#include "tokens/model_encoding.h"
#include "tokens/tokens.h"

namespace sightglass::app {
namespace {

struct TokensFlags {
    std::vector<std::string> files;  ///< "-" is standard input.
    std::string encoding;
    std::string model;
    bool request = false;  ///< The texts are bodies of requests.
    bool ids = false;
    bool json = false;
};

/// What is said of a text.
struct Counted {
    tokens::Encoding encoding = tokens::Encoding::kO200kBase;
    std::int64_t tokens = 0;
    std::vector<tokens::TokenId> ids;
    std::optional<double>
        error;  ///< Where it is an estimate: the part of it that it may be off by.
};

/// Tokens of a request's input, and a word where not all of it could be counted.
Result<Counted>
CountRequest(pipeline::RequestCounter& counter, const std::string& model, std::string_view body) {
    SG_ASSIGN_OR_RETURN(const pipeline::RequestTokens request, counter.Count(body, model));
    if (!request.is_whole) {
        std::fputs("sightglass: not counted: what is neither text, a tool nor a PNG\n", stderr);
    }
    Counted counted;
    counted.encoding = request.encoding;
    counted.tokens = request.tokens;
    counted.error = request.error;
    return counted;
}

Result<std::string> ReadStandardInput() {
    std::string text;
    std::array<char, 1U << 16> block{};
    for (;;) {
        const std::size_t size = std::fread(block.data(), 1, block.size(), stdin);
        text.append(block.data(), size);
        if (size < block.size()) {
            break;
        }
    }
    if (std::ferror(stdin) != 0) {
        return Error{ErrorCode::kIo, "cannot read standard input"};
    }
    return text;
}

tokens::ModelEncoding EncodingOf(const TokensFlags& flags) {
    if (!flags.model.empty()) {
        return tokens::EncodingOfModel(flags.model);
    }
    tokens::ModelEncoding told{tokens::Encoding::kO200kBase, tokens::Family::kOpenAi};
    if (!flags.encoding.empty()) {
        told.encoding = *tokens::FindEncoding(flags.encoding);
    }
    return told;
}

Counted
CountText(tokens::Encoder& encoder, const tokens::ModelEncoding& model, std::string_view text) {
    Counted counted;
    counted.encoding = model.encoding;
    encoder.Encode(text, counted.ids);
    counted.tokens = static_cast<std::int64_t>(counted.ids.size());
    if (model.family != tokens::Family::kOpenAi) {
        const tokens::Estimate estimate = tokens::EstimateText(model.family, counted.tokens);
        counted.tokens = estimate.tokens;
        counted.error = estimate.error;
    }
    return counted;
}

std::string JsonText(const Counted& counted, const std::string& file, bool ids) {
    codec::JsonWriter out;
    out.BeginObject();
    if (!file.empty()) {
        out.Key("file").String(file);
    }
    out.Key("encoding").String(tokens::ToString(counted.encoding));
    out.Key("tokens").Int(counted.tokens);
    if (counted.error) {
        out.Key("estimated").Bool(true).Key("error").Double(*counted.error);
    }
    if (ids) {
        out.Key("ids").BeginArray();
        for (const tokens::TokenId id : counted.ids) {
            out.Int(id);
        }
        out.EndArray();
    }
    out.EndObject();
    return std::string(out.text());
}

std::string PlainText(const Counted& counted, const std::string& file, bool ids) {
    if (!ids) {
        return std::to_string(counted.tokens) + (file.empty() ? "" : "  " + EscapeForDisplay(file));
    }
    std::string text;
    for (const tokens::TokenId id : counted.ids) {
        text.append(text.empty() ? "" : " ").append(std::to_string(id));
    }
    return text;
}

/// A line for each text; it names the file where there are several.
Status Tokens(const TokensFlags& flags) {
    const tokens::ModelEncoding model = EncodingOf(flags);
    if (flags.ids && model.family != tokens::Family::kOpenAi) {
        return Error{ErrorCode::kInvalidArgument, flags.model + " has no published token ids"};
    }
    tokens::Encoder encoder(model.encoding);
    pipeline::RequestCounter requests;
    std::optional<double> error;
    for (const std::string& file : flags.files) {
        SG_ASSIGN_OR_RETURN(
            const std::string text,
            file == "-" ? ReadStandardInput() : ReadFile(file)
        );
        Counted counted;
        if (flags.request) {
            SG_ASSIGN_OR_RETURN(counted, CountRequest(requests, flags.model, text));
        } else {
            counted = CountText(encoder, model, text);
        }
        const std::string name = flags.files.size() > 1 ? file : "";
        const std::string line =
            flags.json ? JsonText(counted, name, flags.ids) : PlainText(counted, name, flags.ids);
        std::printf("%s\n", line.c_str());
        error = counted.error;
    }
    if (error && !flags.json) {
        std::fprintf(
            stderr,
            "sightglass: an estimate: how %s counts is not published; nine in ten are within %.0f "
            "%%\n",
            flags.model.c_str(),
            *error * 100
        );
    }
    return {};
}

/// For CLI11: empty where the name is one of the encodings'.
std::string CheckEncoding(const std::string& name) {
    if (tokens::FindEncoding(name)) {
        return {};
    }
    std::string names;
    for (const tokens::Encoding encoding : tokens::Encodings()) {
        names.append(names.empty() ? "" : ", ").append(tokens::ToString(encoding));
    }
    return "\"" + name + "\" is no encoding; there are " + names;
}

}  // namespace

void AddTokensCommand(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("tokens", "Count a text's tokens, as models do");
    command->footer(
        "Examples:\n  sightglass tokens --model gpt-4o prompt.txt\n"
        "  echo -n 'tiktoken is great!' | sightglass tokens --encoding cl100k_base --ids"
    );
    auto flags = std::make_shared<TokensFlags>();
    command->add_option("files", flags->files, "The texts; - or none for standard input")
        ->type_name("FILE");
    CLI::Option* encoding =
        command->add_option("--encoding", flags->encoding, "o200k_base where nothing is said")
            ->type_name("NAME")
            ->check(CheckEncoding);
    command->add_option("--model", flags->model, "The encoding that this model reads")
        ->type_name("NAME")
        ->excludes(encoding);
    CLI::Option* ids = command->add_flag("--ids", flags->ids);
    ids->description("The tokens' ids, not their number");
    command->add_flag("--request", flags->request)
        ->description("The texts are bodies of requests (JSON): count what the model reads of them")
        ->excludes(ids)
        ->excludes(encoding);
    command->add_flag("--json", flags->json)->description("As JSON");
    command->callback([flags, &exit_code] {
        if (flags->files.empty()) {
            flags->files = {"-"};
        }
        const Status done = Tokens(*flags);
        exit_code = done.Ok() ? 0 : Fail(done.error().message.c_str());
    });
}

}  // namespace sightglass::app
