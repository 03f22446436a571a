#include "core/pipelines/text_generation.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <utility>

#include "core/pipelines/load_component.h"
#include "core/pipelines/text_row.h"
#include "core/pipelines/text_schedule.h"
#include "core/weights/transfer.h"

namespace fanlight {

namespace {

/// Without the last ones that are equal to the one before them.
std::vector<TextTask> without_padding(const std::vector<Task>& batch) {
    std::vector<TextTask> tasks;
    for (const Task& task : batch) tasks.push_back(task.as<TextTask>());
    while (tasks.size() > 1 && tasks.back() == tasks[tasks.size() - 2]) tasks.pop_back();
    return tasks;
}

/// Whether a row's numbers are the same whichever rows are computed with it: see PackedMatrix and fused_decoder.
bool computes_rows_apart(const Weights::Placement& placement) {
    const auto is_cpu = [](const auto& entry) { return !entry.second.starts_with("cuda"); };
    return placement.device.is_cpu() && placement.dtype == at::kFloat &&
           std::all_of(placement.device_map.begin(), placement.device_map.end(), is_cpu);
}

}  // namespace

/// A micro-batch of texts. The last part sends ids to the first: the next piece of a prompt, or the new tokens.
class TextGeneration::Texts : public Generation {
public:
    Texts(const TextGeneration& model, const std::vector<Task>& batch)
        : Generation(model.part_, model.layers_),
          device_(model.device_),
          chooses_(model.part_.last),
          slots_(batch.size()),
          rows_(rows_for(model, without_padding(batch))),
          schedule_({.slots = static_cast<int64_t>(slots_),
                     .context = model.limits_.context,
                     .leaves_out_ended = model.part_.first && model.part_.last && model.computes_rows_apart_}) {
        for (size_t slot = 0; slot < rows_.size(); ++slot)
            if (rows_[slot].text) schedule_.put(static_cast<int64_t>(slot), rows_[slot].lengths);
    }

    NamedTensors begin() override { return next_input(); }

    Progress progress() const override { return {evaluated_, 0}; }

protected:
    void prepare(size_t, State& state) override {
        if (!chooses_) next_step();
        state.text = step_;
    }

    std::shared_ptr<const Conditioning> conditioning(size_t) override { return none_; }

    State enter(size_t, NamedTensors input) override { return {.hidden = input.take("ids")}; }

    std::optional<NamedTensors> take(size_t, State state) override {
        ++evaluated_;
        if (step_->wanted >= 0) choose(state.hidden.squeeze(1));
        const bool all_made =
            std::none_of(rows_.begin(), rows_.end(), [](const Row& row) { return row.is_being_made(); });
        return all_made ? std::nullopt : std::optional(next_input());
    }

    Outputs outputs() override {
        Records records;
        for (const Row& row : rows_) {
            const auto& failure = row.text ? row.text->failure() : row.refusal;
            if (failure) records.failures.emplace(records.rows.size(), *failure);
            records.rows.push_back(row.text ? row.text->record() : ResultRecord());
        }
        for (size_t slot = rows_.size(); slot < slots_; ++slot) {
            if (const auto failed = records.failures.find(rows_.size() - 1); failed != records.failures.end())
                records.failures.emplace(slot, failed->second);
            records.rows.push_back(records.rows.back());
        }
        return records;
    }

private:
    struct Row {
        std::optional<TextRow> text;
        std::vector<int64_t> source = {};  ///< what the encoder reads, if there is one
        TextLengths lengths = {};
        std::optional<Failure> refusal = {};  ///< instead of the text

        bool is_being_made() const { return text && !text->has_ended(); }
    };

    static Row row_for(const TextGeneration& model, const TextTask& task) {
        const GenerationConfig& generation = model.generation_;
        std::vector<int64_t> ids = prompt_ids(task, model.tokenizer_, model.limits_), source;
        const size_t prompt_tokens = ids.size();
        const int64_t room = model.limits_.context - static_cast<int64_t>(prompt_tokens) + 1;
        if (model.encodes_) source = std::exchange(ids, {generation.start_id.value()});
        const int64_t max_new = model.encodes_ ? task.max_new_tokens : std::min<int64_t>(task.max_new_tokens, room);
        const TextLengths lengths{static_cast<int64_t>(ids.size()), max_new, static_cast<int64_t>(source.size())};
        TextRow::Ends ends{generation.end_ids, generation.suppressed, max_new};
        return {TextRow(task, std::move(ids), prompt_tokens, std::move(ends), model.tokenizer_), std::move(source),
                lengths};
    }

    /// A task that cannot be made does not keep the others from being made; if there is no other, it throws.
    static std::vector<Row> rows_for(const TextGeneration& model, const std::vector<TextTask>& tasks) {
        std::vector<Row> rows;
        std::optional<Error> refused;
        for (const TextTask& task : tasks) {
            try {
                rows.push_back(row_for(model, task));
            } catch (const Error& error) {
                refused = error;
                rows.push_back({.refusal = Failure{"request", error.what()}});
            }
        }
        if (std::none_of(rows.begin(), rows.end(), [](const Row& row) { return row.text.has_value(); })) throw *refused;
        return rows;
    }

    void next_step() { step_ = std::make_shared<const TextStep>(schedule_.next()); }

    /// Of the next step: ids [R, L] on the main device.
    NamedTensors next_input() {
        next_step();
        std::vector<int64_t> ids;
        for (const TextStep::Row& of : step_->rows) {
            const auto slot = static_cast<size_t>(of.slot), length = static_cast<size_t>(step_->length);
            const Row& row = slot < rows_.size() ? rows_[slot] : nothing_;
            const size_t end = ids.size() + length;
            if (step_->encodes)
                append(ids, row.source);
            else if (row.text)
                append(ids, row.text->tokens(static_cast<size_t>(of.start), length));
            ids.resize(end);
        }
        const auto rows = static_cast<int64_t>(step_->rows.size());
        return {{"ids", to_device(at::tensor(ids, at::kLong).view({rows, -1}), device_)}};
    }

    static void append(std::vector<int64_t>& ids, std::span<const int64_t> more) {
        ids.insert(ids.end(), more.begin(), more.end());
    }

    /// The rows that the step's logits are of, nullptr for those that are not read.
    std::vector<TextRow*> readers() {
        std::vector<TextRow*> readers;
        for (const TextStep::Row& of : step_->rows) {
            const auto slot = static_cast<size_t>(of.slot);
            const bool read = slot < rows_.size() && rows_[slot].is_being_made();
            readers.push_back(read ? &*rows_[slot].text : nullptr);
        }
        return readers;
    }

    /// logits: [R, vocabulary]. Waits for the device once.
    void choose(const at::Tensor& logits) {
        const std::vector<TextRow*> reading = readers();
        const bool plain = std::all_of(reading.begin(), reading.end(),
                                       [](const TextRow* row) { return row == nullptr || row->is_plain(); });
        plain ? choose_largest(reading, logits) : choose_each(reading, logits);
        for (size_t i = 0; i < reading.size(); ++i)
            if (reading[i] && reading[i]->has_ended()) schedule_.end(step_->rows[i].slot);
    }

    static void choose_largest(const std::vector<TextRow*>& reading, const at::Tensor& logits) {
        const auto [largest, ids] = logits.max(-1);
        // As one tensor: float64 holds both exactly.
        const at::Tensor chosen = HostCopy(at::stack({ids.to(at::kDouble), largest.to(at::kDouble)})).get();
        const double* id = chosen.const_data_ptr<double>();
        for (size_t i = 0; i < reading.size(); ++i)
            if (reading[i])
                reading[i]->choose_largest(static_cast<int64_t>(id[i]), static_cast<float>(id[reading.size() + i]));
    }

    static void choose_each(const std::vector<TextRow*>& reading, const at::Tensor& logits) {
        const at::Tensor scores = HostCopy(logits.to(at::kFloat).contiguous()).get();
        const auto vocabulary = static_cast<size_t>(scores.size(1));
        at::parallel_for(0, static_cast<int64_t>(reading.size()), 1, [&](int64_t first, int64_t end) {
            for (auto i = static_cast<size_t>(first); i < static_cast<size_t>(end); ++i)
                if (reading[i]) reading[i]->choose({scores.data_ptr<float>() + i * vocabulary, vocabulary});
        });
    }

    const at::Device device_;
    const bool chooses_;  ///< the tokens
    const size_t slots_;
    std::vector<Row> rows_;
    const Row nothing_;
    TextSchedule schedule_;
    const std::shared_ptr<const Conditioning> none_ = std::make_shared<const Conditioning>();
    std::shared_ptr<const TextStep> step_;  ///< of the current evaluation
    size_t evaluated_ = 0;
};

TextGeneration::TextGeneration(const ModelFolder& folder, const Weights& weights, const Part& part,
                               const DecoderPlan& plan)
    : part_(part),
      device_(weights.device()),
      layers_(plan.layers, weights, part.layers),
      tokenizer_(TextTokenizer::load(folder.path())),
      generation_(read_generation_config(folder.config("generation"), folder.config("model"), folder.path().string())),
      limits_{plan.vocabulary, plan.context, generation_.begin_id},
      encodes_(plan.encodes),
      computes_rows_apart_(computes_rows_apart(weights.placement())) {
    if (encodes_ && !generation_.start_id)
        throw Error(folder.path().string() +
                    "/config.json: decoder_start_token_id is missing, the token with which texts begin; complete it.");
    check_complete(folder, "model", weights, [&](const std::string& key) {
        return layers_.belongs_elsewhere(key) ||
               std::any_of(plan.harmless.begin(), plan.harmless.end(),
                           [&](const std::string& ending) { return key.ends_with(ending); });
    });
}

std::unique_ptr<Generation> TextGeneration::open(const std::vector<Task>& batch) {
    return std::make_unique<Texts>(*this, batch);
}

Probe text_probe(DecoderPlan plan, const Weights::Placement& placement, const DescribedShape& shape) {
    const int64_t tokens = std::max(2, shape.tokens);
    TextSchedule schedule({.slots = shape.batch_size, .context = tokens});
    for (int64_t slot = 0; slot < shape.batch_size; ++slot)
        schedule.put(slot, {.prompt = tokens / 2, .max_new = tokens - tokens / 2});
    // With an encoder, as if its text had been read before: the decoder's layers look at keys that are zeros.
    TextStep step = schedule.next();
    while (step.length > 1) step = schedule.next();
    for (TextStep::Row& row : step.rows) row.source = tokens / 2;
    const at::Tensor ids =
        at::zeros({shape.batch_size, 1}, at::TensorOptions().dtype(at::kLong).device(placement.device));
    return {std::move(plan.layers), {.hidden = ids, .text = std::make_shared<const TextStep>(std::move(step))}, {}};
}

}  // namespace fanlight
