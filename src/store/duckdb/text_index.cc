#include "store/duckdb/text_index.h"

#include <sodium/crypto_generichash.h>

#include "store/duckdb/values.h"

namespace sightglass::store {

Uuid HashOf(std::string_view text) noexcept {
    Uuid hash;
    crypto_generichash(
        hash.bytes.data(),
        hash.bytes.size(),
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size(),
        nullptr,
        0
    );
    return hash;
}

Result<TextIndex::Day*> TextIndex::Of(duckdb_connection connection, std::int64_t day) {
    if (const auto found = days_.find(day); found != days_.end()) {
        last_day_ = day;
        if (found->second.size() >= kTextsMax) {
            found->second.clear();
        }
        return &found->second;
    }
    Day texts;
    SG_ASSIGN_OR_RETURN(
        Rows rows,
        Run(connection,
            {"SELECT hash, id FROM content.texts WHERE day = $1 ORDER BY id DESC LIMIT " +
                 std::to_string(kTextsMax / 2),
             {day}},
            NoDeadline())
    );
    for (ChunkHandle chunk = rows.Next(); chunk.get() != nullptr; chunk = rows.Next()) {
        const auto* const hashes = static_cast<const duckdb_hugeint*>(
            duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk.get(), 0))
        );
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            texts.emplace(ToUuid(hashes[row]), ReadInt(chunk.get(), 1, row).value_or(0));
        }
    }
    std::erase_if(days_, [this](const auto& known) { return known.first != last_day_; });
    last_day_ = day;
    return &(days_[day] = std::move(texts));
}

}  // namespace sightglass::store
