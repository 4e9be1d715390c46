#include "classify/train/linear_model.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

namespace sightglass::classify {
namespace {

constexpr std::uint32_t kMagic = 0x31435347;  // "GSC1"
constexpr std::size_t kFeaturesMax = 4U << 20;
constexpr std::size_t kClassesMax = 4'096;

template <typename T>
void Put(const T& value, std::string& bytes) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
void PutAll(const std::vector<T>& values, std::string& bytes) {
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

template <typename T>
bool Take(std::string_view& bytes, T& value) noexcept {
    if (bytes.size() < sizeof value) {
        return false;
    }
    std::memcpy(&value, bytes.data(), sizeof value);
    bytes.remove_prefix(sizeof value);
    return true;
}

template <typename T>
bool TakeAll(std::string_view& bytes, std::size_t count, std::vector<T>& values) {
    if (bytes.size() / sizeof(T) < count) {
        return false;
    }
    values.resize(count);
    std::memcpy(values.data(), bytes.data(), count * sizeof(T));
    bytes.remove_prefix(count * sizeof(T));
    return true;
}

bool AllFinite(const std::vector<float>& values) noexcept {
    for (const float value : values) {
        if (!std::isfinite(value)) {
            return false;
        }
    }
    return true;
}

Error Corrupt(std::string what) {
    return Error{ErrorCode::kCorrupt, "the scenario model: " + std::move(what)};
}

/// 1 + ln(count), for the counts that are common.
float Damped(std::uint32_t count) noexcept {
    static constexpr std::array<float, 5> kFew = {0.0F, 1.0F, 1.693147F, 2.098612F, 2.386294F};
    return count < kFew.size() ? kFew[count] : 1.0F + std::log(static_cast<float>(count));
}

}  // namespace

Vocabulary::Vocabulary(std::span<const std::vector<Feature>> texts) {
    std::size_t most = 0;
    for (const auto& text : texts) {
        most += text.size();
    }
    MakeSlots(most);
    std::vector<std::uint32_t> in_texts;  // In how many of them it occurs.
    std::vector<std::size_t> last_text;
    for (std::size_t text = 0; text < texts.size(); ++text) {
        for (const Feature feature : texts[text]) {
            std::uint32_t place = Find(feature);
            if (place == kNone) {
                place = static_cast<std::uint32_t>(features_.size());
                Insert(feature, place);
                features_.push_back(feature);
                in_texts.push_back(0);
                last_text.push_back(texts.size());
            }
            in_texts[place] += last_text[place] != text ? 1 : 0;
            last_text[place] = text;
        }
    }
    const double all = static_cast<double>(texts.size()) + 1.0;
    for (const std::uint32_t count : in_texts) {
        rarity_.push_back(static_cast<float>(std::log(all / (count + 1.0)) + 1.0));
    }
    MakeSlots(features_.size());
    for (std::size_t i = 0; i < features_.size(); ++i) {
        Insert(features_[i], static_cast<std::uint32_t>(i));
    }
}

void Vocabulary::MakeSlots(std::size_t features) {
    slots_.assign(std::bit_ceil(features * 2 + 2), Slot());
}

void Vocabulary::Insert(Feature feature, std::uint32_t place) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = feature & mask;
    while (slots_[at].place != kNone) {
        at = (at + 1) & mask;
    }
    slots_[at] = {.check = static_cast<std::uint32_t>(feature >> 32U), .place = place};
}

std::uint32_t Vocabulary::Find(Feature feature) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    const auto check = static_cast<std::uint32_t>(feature >> 32U);
    for (std::size_t at = feature & mask;; at = (at + 1) & mask) {
        const Slot& slot = slots_[at];
        if (slot.place == kNone || slot.check == check) {
            return slot.place;
        }
    }
}

std::span<const WeighedFeature>
Vocabulary::Weigh(std::span<const Feature> features, Scratch& scratch) const {
    scratch.counts.resize(size(), 0);
    scratch.touched.clear();
    scratch.weighed.clear();
    if (slots_.empty()) {
        return {};
    }
    for (const Feature feature : features) {
        const std::uint32_t place = Find(feature);
        if (place != kNone && scratch.counts[place]++ == 0) {
            scratch.touched.emplace_back(place, static_cast<std::uint8_t>(FamilyOf(feature)));
        }
    }
    std::array<float, kFamilies> squares{};
    for (const auto& [place, family] : scratch.touched) {
        const float value = Damped(std::exchange(scratch.counts[place], 0)) * rarity_[place];
        scratch.weighed.push_back({.index = place, .value = value});
        squares[family] += value * value;
    }
    std::array<float, kFamilies> scale{};
    for (std::size_t family = 0; family < kFamilies; ++family) {
        scale[family] = squares[family] > 0 ? 1.0F / std::sqrt(squares[family]) : 0.0F;
    }
    for (std::size_t i = 0; i < scratch.weighed.size(); ++i) {
        scratch.weighed[i].value *= scale[scratch.touched[i].second];
    }
    return scratch.weighed;
}

void Vocabulary::Write(std::string& bytes) const {
    Put(static_cast<std::uint64_t>(size()), bytes);
    PutAll(features_, bytes);
    PutAll(rarity_, bytes);
}

Result<Vocabulary> Vocabulary::Read(std::string_view& bytes) {
    Vocabulary vocabulary;
    std::uint64_t count = 0;
    if (!Take(bytes, count) || count > kFeaturesMax ||
        !TakeAll(bytes, count, vocabulary.features_) ||
        !TakeAll(bytes, count, vocabulary.rarity_) || !AllFinite(vocabulary.rarity_)) {
        return Corrupt("its features do not end where their number says");
    }
    vocabulary.MakeSlots(count);
    for (std::size_t i = 0; i < vocabulary.features_.size(); ++i) {
        vocabulary.Insert(vocabulary.features_[i], static_cast<std::uint32_t>(i));
    }
    return vocabulary;
}

std::size_t Vocabulary::MemoryBytes() const noexcept {
    return slots_.capacity() * sizeof(Slot) + features_.capacity() * sizeof(Feature) +
           rarity_.capacity() * sizeof(float);
}

LinearModel::LinearModel(Vocabulary vocabulary, std::size_t classes)
    : vocabulary_(std::move(vocabulary)),
      weights_(vocabulary_.size() * classes, 0.0F),
      bias_(classes, 0.0F) {}

void LinearModel::SetClass(std::size_t place, std::span<const float> weights, float bias) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights_[i * Classes() + place] = weights[i];
    }
    bias_[place] = bias;
}

std::span<const float> LinearModel::Score(std::span<const Feature> features, Scratch& scratch)
    const {
    scratch.scores = bias_;
    const std::size_t classes = Classes();
    float* const scores = scratch.scores.data();
    for (const WeighedFeature& feature : vocabulary_.Weigh(features, scratch.vocabulary)) {
        const float* const row = weights_.data() + feature.index * classes;
        for (std::size_t i = 0; i < classes; ++i) {
            scores[i] += feature.value * row[i];
        }
    }
    return scratch.scores;
}

std::string LinearModel::Write() const {
    std::string bytes;
    Put(kMagic, bytes);
    Put(static_cast<std::uint32_t>(Classes()), bytes);
    PutAll(bias_, bytes);
    vocabulary_.Write(bytes);
    PutAll(weights_, bytes);
    return bytes;
}

Result<LinearModel> LinearModel::Read(std::string_view bytes) {
    LinearModel model;
    std::uint32_t magic = 0;
    std::uint32_t classes = 0;
    if (!Take(bytes, magic) || magic != kMagic || !Take(bytes, classes) || classes > kClassesMax ||
        !TakeAll(bytes, classes, model.bias_) || !AllFinite(model.bias_)) {
        return Corrupt("it does not begin as one does");
    }
    SG_ASSIGN_OR_RETURN(model.vocabulary_, Vocabulary::Read(bytes));
    const std::size_t count = model.vocabulary_.size() * classes;
    if (bytes.size() != count * sizeof(float) || !TakeAll(bytes, count, model.weights_) ||
        !AllFinite(model.weights_)) {
        return Corrupt("its weights do not end where their number says");
    }
    return model;
}

std::size_t LinearModel::MemoryBytes() const noexcept {
    return vocabulary_.MemoryBytes() + (weights_.capacity() + bias_.capacity()) * sizeof(float);
}

}  // namespace sightglass::classify
