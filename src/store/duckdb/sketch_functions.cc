#include "store/duckdb/sketch_functions.h"

#include <cmath>
#include <new>
#include <span>
#include <string_view>

#include "sketch/distinct_count.h"
#include "sketch/log_histogram.h"
#include "store/duckdb/values.h"

namespace sightglass::store {
namespace {

using AggregateHandle = Handle<duckdb_aggregate_function, duckdb_destroy_aggregate_function>;
using ScalarHandle = Handle<duckdb_scalar_function, duckdb_destroy_scalar_function>;

/// What DuckDB keeps of a group while it aggregates: it moves the bytes as it likes.
template <typename Sketch>
struct State {
    Sketch* sketch;

    Sketch& Get() {
        if (sketch == nullptr) {
            sketch = new Sketch;
        }
        return *sketch;
    }
};

template <typename Sketch>
std::span<State<Sketch>*> StatesOf(duckdb_aggregate_state* states, idx_t count) {
    return {reinterpret_cast<State<Sketch>**>(states), count};
}

std::string_view BytesAt(duckdb_vector vector, idx_t row) {
    auto& text = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector))[row];
    return {duckdb_string_t_data(&text), duckdb_string_t_length(text)};
}

/// Counts a call's duration.
struct AddDuration {
    using Sketch = sketch::LogHistogram;
    static constexpr duckdb_type kInput = DUCKDB_TYPE_BIGINT;

    static bool Add(duckdb_vector vector, idx_t row, Sketch& into) {
        into.Add(static_cast<const std::int64_t*>(duckdb_vector_get_data(vector))[row]);
        return true;
    }
};

/// Counts a name.
struct AddName {
    using Sketch = sketch::DistinctCount;
    static constexpr duckdb_type kInput = DUCKDB_TYPE_VARCHAR;

    static bool Add(duckdb_vector vector, idx_t row, Sketch& into) {
        into.Add(sketch::DistinctHash(BytesAt(vector, row)));
        return true;
    }
};

/// Counts what another sketch did.
template <typename Of>
struct Merge {
    using Sketch = Of;
    static constexpr duckdb_type kInput = DUCKDB_TYPE_BLOB;

    static bool Add(duckdb_vector vector, idx_t row, Sketch& into) {
        return into.MergeEncoded(BytesAt(vector, row));
    }
};

template <typename Sketch>
void Init(duckdb_function_info /*info*/, duckdb_aggregate_state state) {
    new (state) State<Sketch>{nullptr};
}

template <typename Sketch>
idx_t StateSize(duckdb_function_info /*info*/) {
    return sizeof(State<Sketch>);
}

template <typename Input>
void Update(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_aggregate_state* states) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, 0);
    const auto all = StatesOf<typename Input::Sketch>(states, duckdb_data_chunk_get_size(chunk));
    for (idx_t row = 0; row < all.size(); ++row) {
        if (!IsNull(vector, row) && !Input::Add(vector, row, all[row]->Get())) {
            duckdb_aggregate_function_set_error(info, "a rollup holds a sketch that is none");
            return;
        }
    }
}

template <typename Sketch>
void Combine(
    duckdb_function_info /*info*/,
    duckdb_aggregate_state* sources,
    duckdb_aggregate_state* targets,
    idx_t count
) {
    const auto from = StatesOf<Sketch>(sources, count);
    const auto into = StatesOf<Sketch>(targets, count);
    for (idx_t i = 0; i < count; ++i) {
        if (from[i]->sketch != nullptr) {
            into[i]->Get().Merge(*from[i]->sketch);
        }
    }
}

template <typename Sketch>
void Finalize(
    duckdb_function_info /*info*/,
    duckdb_aggregate_state* states,
    duckdb_vector result,
    idx_t count,
    idx_t offset
) {
    const auto all = StatesOf<Sketch>(states, count);
    for (idx_t i = 0; i < count; ++i) {
        if (all[i]->sketch == nullptr) {
            SetNull(result, offset + i);
            continue;
        }
        const std::string bytes = all[i]->sketch->Encode();
        duckdb_vector_assign_string_element_len(result, offset + i, bytes.data(), bytes.size());
    }
}

template <typename Sketch>
void Destroy(duckdb_aggregate_state* states, idx_t count) {
    for (State<Sketch>* state : StatesOf<Sketch>(states, count)) {
        delete state->sketch;
        state->sketch = nullptr;
    }
}

Status Refused(const char* name) {
    return Error{ErrorCode::kInternal, std::string("DuckDB refuses the function ") + name};
}

template <typename Input>
Status RegisterAggregate(duckdb_connection connection, const char* name) {
    using Sketch = typename Input::Sketch;
    const AggregateHandle function(duckdb_create_aggregate_function());
    const LogicalTypeHandle input(duckdb_create_logical_type(Input::kInput));
    const LogicalTypeHandle bytes(duckdb_create_logical_type(DUCKDB_TYPE_BLOB));
    duckdb_aggregate_function_set_name(function.get(), name);
    duckdb_aggregate_function_add_parameter(function.get(), input.get());
    duckdb_aggregate_function_set_return_type(function.get(), bytes.get());
    duckdb_aggregate_function_set_functions(function.get(), StateSize<Sketch>, Init<Sketch>, Update<Input>, Combine<Sketch>, Finalize<Sketch>);
    duckdb_aggregate_function_set_destructor(function.get(), Destroy<Sketch>);
    return duckdb_register_aggregate_function(connection, function.get()) == DuckDBError
               ? Refused(name)
               : Status();
}

void QuantileOf(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector result) {
    const duckdb_vector encoded = duckdb_data_chunk_get_vector(chunk, 0);
    const duckdb_vector wanted = duckdb_data_chunk_get_vector(chunk, 1);
    const auto* const quantiles = static_cast<const double*>(duckdb_vector_get_data(wanted));
    auto* const answers = static_cast<double*>(duckdb_vector_get_data(result));
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
        if (IsNull(encoded, row) || IsNull(wanted, row)) {
            SetNull(result, row);
            continue;
        }
        sketch::LogHistogram histogram;
        if (!histogram.MergeEncoded(BytesAt(encoded, row))) {
            duckdb_scalar_function_set_error(info, "a rollup holds a histogram that is none");
            return;
        }
        if (const std::optional<double> value = histogram.QuantileBetween(quantiles[row])) {
            answers[row] = *value;
        } else {
            SetNull(result, row);
        }
    }
}

void CountOf(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector result) {
    const duckdb_vector encoded = duckdb_data_chunk_get_vector(chunk, 0);
    auto* const answers = static_cast<std::int64_t*>(duckdb_vector_get_data(result));
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk); ++row) {
        if (IsNull(encoded, row)) {
            SetNull(result, row);
            continue;
        }
        sketch::DistinctCount distinct;
        if (!distinct.MergeEncoded(BytesAt(encoded, row))) {
            duckdb_scalar_function_set_error(info, "a rollup holds a sketch that is none");
            return;
        }
        answers[row] = static_cast<std::int64_t>(distinct.Count());
    }
}

struct Scalar {
    const char* name;
    std::span<const duckdb_type> inputs;
    duckdb_type result;
    duckdb_scalar_function_t function;
};

Status RegisterScalar(duckdb_connection connection, const Scalar& made) {
    const ScalarHandle function(duckdb_create_scalar_function());
    const LogicalTypeHandle result(duckdb_create_logical_type(made.result));
    duckdb_scalar_function_set_name(function.get(), made.name);
    for (const duckdb_type type : made.inputs) {
        const LogicalTypeHandle input(duckdb_create_logical_type(type));
        duckdb_scalar_function_add_parameter(function.get(), input.get());
    }
    duckdb_scalar_function_set_return_type(function.get(), result.get());
    duckdb_scalar_function_set_function(function.get(), made.function);
    return duckdb_register_scalar_function(connection, function.get()) == DuckDBError
               ? Refused(made.name)
               : Status();
}

}  // namespace

Status RegisterSketchFunctions(duckdb_connection connection) {
    static constexpr duckdb_type kQuantileInputs[] = {DUCKDB_TYPE_BLOB, DUCKDB_TYPE_DOUBLE};
    static constexpr duckdb_type kCountInputs[] = {DUCKDB_TYPE_BLOB};
    SG_TRY(RegisterAggregate<AddDuration>(connection, "log_histogram"));
    SG_TRY(RegisterAggregate<Merge<sketch::LogHistogram>>(connection, "merge_histograms"));
    SG_TRY(RegisterAggregate<AddName>(connection, "distinct_sketch"));
    SG_TRY(RegisterAggregate<Merge<sketch::DistinctCount>>(connection, "merge_distinct"));
    SG_TRY(RegisterScalar(
        connection,
        {"histogram_quantile", kQuantileInputs, DUCKDB_TYPE_DOUBLE, QuantileOf}
    ));
    return RegisterScalar(
        connection,
        {"distinct_count", kCountInputs, DUCKDB_TYPE_BIGINT, CountOf}
    );
}

}  // namespace sightglass::store
