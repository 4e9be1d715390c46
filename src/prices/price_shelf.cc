#include "prices/price_shelf.h"

#include <system_error>
#include <utility>

#include "base/log.h"

namespace sightglass::prices {
namespace {

constexpr std::string_view kOwnFile = "own.txt";
constexpr std::string_view kListFile = "list.txt";
constexpr unsigned kMode = 0600;

/// Empty where there is no such file.
Result<std::string> ReadIfThere(const Path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        return std::string();
    }
    return ReadFile(file);
}

/// An empty text is no file.
Status Keep(const Path& directory, std::string_view name, const std::string& text) {
    const Path file = directory / name;
    if (!text.empty()) {
        SG_TRY(EnsurePrivateDirectory(directory));
        return WriteFileAtomically(file, text, kMode);
    }
    std::error_code failed;
    std::filesystem::remove(file, failed);
    return failed ? ErrnoError("cannot remove", file, failed.value()) : Status();
}

}  // namespace

PriceShelf::PriceShelf(Path directory) : directory_(std::move(directory)) {
    state_.With([](State& state) { state.book = PriceBook::BuiltIn(); });
    if (const Result<bool> read = Refresh(); !read.Ok()) {
        Log(LogLevel::kError,
            "prices",
            "the program's own prices hold: " + directory_.string() + ": " + read.error().message);
    }
}

std::shared_ptr<const PriceBook> PriceShelf::Get() const {
    return state_.With([](const State& state) { return state.book; });
}

std::string PriceShelf::OwnText() const {
    return state_.With([](const State& state) { return state.texts.own; });
}

bool PriceShelf::HasOwnList() const {
    return state_.With([](const State& state) { return !state.texts.list.empty(); });
}

Status PriceShelf::CheckOwn(const std::string& text) const {
    return Check(&Texts::own, text);
}

Status PriceShelf::CheckList(const std::string& text) const {
    return Check(&Texts::list, text);
}

Status PriceShelf::Check(std::string Texts::*which, const std::string& text) const {
    Texts texts = state_.With([](const State& state) { return state.texts; });
    texts.*which = text;
    const auto book = MakeBook(texts);
    return book.Ok() ? Status() : Status(book.error());
}

Status PriceShelf::SetOwn(const std::string& text) {
    return Set(&Texts::own, kOwnFile, text);
}

Status PriceShelf::SetList(const std::string& text) {
    return Set(&Texts::list, kListFile, text);
}

Result<bool> PriceShelf::Refresh() {
    SG_ASSIGN_OR_RETURN(Texts texts, ReadTexts());
    const bool same = state_.With([&texts](const State& state) {
        return state.texts.own == texts.own && state.texts.list == texts.list;
    });
    if (same) {
        return false;
    }
    SG_ASSIGN_OR_RETURN(std::shared_ptr<const PriceBook> book, MakeBook(texts));
    state_.With([&](State& state) {
        state.texts = std::move(texts);
        state.book = std::move(book);
    });
    return true;
}

Result<PriceShelf::Texts> PriceShelf::ReadTexts() const {
    Texts texts;
    SG_ASSIGN_OR_RETURN(texts.own, ReadIfThere(directory_ / kOwnFile));
    SG_ASSIGN_OR_RETURN(texts.list, ReadIfThere(directory_ / kListFile));
    return texts;
}

/// The file first: what holds is never newer than what is kept.
Status PriceShelf::Set(std::string Texts::*which, std::string_view file, const std::string& text) {
    return state_.With([&](State& state) -> Status {
        Texts texts = state.texts;
        texts.*which = text;
        SG_ASSIGN_OR_RETURN(std::shared_ptr<const PriceBook> book, MakeBook(texts));
        SG_TRY(Keep(directory_, file, text));
        state.texts = std::move(texts);
        state.book = std::move(book);
        return {};
    });
}

Result<std::shared_ptr<const PriceBook>> PriceShelf::MakeBook(const Texts& texts) {
    BookTexts all = PriceBook::BuiltInTexts();
    all.own = texts.own;
    if (!texts.list.empty()) {
        all.list = texts.list;
    }
    return PriceBook::Make(all);
}

}  // namespace sightglass::prices
