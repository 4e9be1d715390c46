#include "prices/lookup.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace sightglass::prices {
namespace {

bool AllDigits(std::string_view text) noexcept {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Without "-2024-08-06", "-20240806" or "@20240806" at the end.
std::string_view WithoutDate(std::string_view name) noexcept {
    constexpr std::size_t kDashed = 11;
    constexpr std::size_t kPlain = 9;
    if (name.size() > kDashed) {
        const std::string_view end = name.substr(name.size() - kDashed);
        if (end[0] == '-' && end[5] == '-' && end[8] == '-' && AllDigits(end.substr(1, 4)) &&
            AllDigits(end.substr(6, 2)) && AllDigits(end.substr(9))) {
            return name.substr(0, name.size() - kDashed);
        }
    }
    if (name.size() > kPlain) {
        const std::string_view end = name.substr(name.size() - kPlain);
        if ((end[0] == '-' || end[0] == '@') && AllDigits(end.substr(1))) {
            return name.substr(0, name.size() - kPlain);
        }
    }
    return name;
}

/// "-20240806" as "-2024-08-06", where that is how a book writes it; empty where there is none.
std::string WithDashes(std::string_view name) {
    constexpr std::size_t kPlain = 9;
    if (name.size() <= kPlain) {
        return {};
    }
    const std::string_view end = name.substr(name.size() - kPlain);
    if (end[0] != '-' || !AllDigits(end.substr(1)) || !end.starts_with("-20")) {
        return {};
    }
    std::string dashed(name.substr(0, name.size() - kPlain));
    return dashed.append(end.substr(0, 5))
        .append(1, '-')
        .append(end.substr(5, 2))
        .append(1, '-')
        .append(end.substr(7));
}

const Model* FindModel(const Provider& provider, std::string_view name) noexcept {
    const auto model = std::find_if(
        provider.models.begin(),
        provider.models.end(),
        [name](const Model& candidate) { return candidate.match.Accepts(name); }
    );
    return model == provider.models.end() ? nullptr : &*model;
}

/// Whether models are looked for there; else it stands in the book for a discount alone.
bool HasModels(const Provider& provider) noexcept {
    return !provider.models.empty() || !provider.fallback.empty();
}

/// At the provider itself, then at those whose models it offers too, whichever book they are in.
Found FindAt(
    std::span<const Book> books,
    const Book& book,
    const Provider& provider,
    std::string_view name
) {
    if (const Model* model = FindModel(provider, name); model != nullptr) {
        return {&book, &provider, model};
    }
    for (const std::string& id : provider.fallback) {
        for (const Book& other : books) {
            const Provider* offered = other.FindProvider(id);
            const Model* model = offered == nullptr ? nullptr : FindModel(*offered, name);
            if (model != nullptr) {
                return {&other, offered, model};
            }
        }
    }
    return {};
}

Found FindMaker(const Book& book, std::string_view name) {
    for (const Provider& provider : book.providers) {
        if (provider.makes.Accepts(name)) {
            if (const Model* model = FindModel(provider, name); model != nullptr) {
                return {&book, &provider, model};
            }
        }
    }
    return {};
}

}  // namespace

std::string LowerCase(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
    return lower;
}

std::vector<std::string> NamesOf(std::string_view model) {
    std::string name = LowerCase(Trim(model));
    std::vector<std::string> names = {name};
    const auto add = [&names](std::string other) {
        if (!other.empty() && std::find(names.begin(), names.end(), other) == names.end()) {
            names.push_back(std::move(other));
        }
    };
    add(WithDashes(name));
    if (name.starts_with("ft:")) {
        const std::string_view base = std::string_view(name).substr(3);
        name = base.substr(0, base.find(':'));
        add(name);
    }
    if (const std::size_t slash = name.rfind('/'); slash != std::string::npos) {
        name.erase(0, slash + 1);
        add(name);
    }
    if (name.starts_with("gpt-35-")) {
        name.replace(0, 7, "gpt-3.5-");
        add(name);
    }
    add(std::string(WithoutDate(name)));
    return names;
}

Found Find(std::span<const Book> books, std::string_view provider, std::string_view model) {
    const std::string id = LowerCase(Trim(provider));
    std::vector<const Provider*> at;  // By book.
    bool is_known = false;
    for (const Book& book : books) {
        const Provider* own = id.empty() ? nullptr : book.FindProvider(id);
        at.push_back(own != nullptr && HasModels(*own) ? own : nullptr);
        is_known = is_known || at.back() != nullptr;
    }
    for (const std::string& name : NamesOf(model)) {
        for (std::size_t i = 0; i < books.size(); ++i) {
            Found found;
            if (at[i] != nullptr) {
                found = FindAt(books, books[i], *at[i], name);
            } else if (!is_known) {
                found = FindMaker(books[i], name);
            }
            if (found.model != nullptr) {
                return found;
            }
        }
    }
    return {};
}

}  // namespace sightglass::prices
