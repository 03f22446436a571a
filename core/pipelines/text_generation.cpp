#include "core/pipelines/text_generation.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>

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

}  // namespace

/// A micro-batch of texts. The last part sends ids to the first: the next piece of a prompt, or the new tokens.
class TextGeneration::Texts : public Generation {
public:
    Texts(const TextGeneration& model, const std::vector<Task>& batch)
        : Generation(model.part_, model.layers_),
          device_(model.device_),
          slots_(static_cast<int64_t>(batch.size())),
          rows_(rows_for(model, without_padding(batch))),
          schedule_(lengths_of(rows_), slots_, model.limits_.context) {}

    NamedTensors begin() override { return input_of(0); }

    Progress progress() const override { return {evaluated_, 0}; }

protected:
    void prepare(size_t evaluation, State& state) override {
        step_ = std::make_shared<const TextStep>(schedule_.step(evaluation));
        state.text = step_;
    }

    std::shared_ptr<const Conditioning> conditioning(size_t) override { return none_; }

    State enter(size_t, NamedTensors input) override { return {.hidden = input.take("ids")}; }

    std::optional<NamedTensors> take(size_t evaluation, State state) override {
        evaluated_ = evaluation + 1;
        if (step_->wanted >= 0) choose(state.hidden.squeeze(1));
        const bool reading = evaluated_ < schedule_.pieces().size();
        const bool writing =
            std::any_of(rows_.begin(), rows_.end(), [](const Row& row) { return row.is_being_made(); });
        if (!reading && !writing) return std::nullopt;
        return input_of(evaluated_);
    }

    Outputs outputs() override {
        Records records;
        for (const Row& row : rows_) {
            const auto& failure = row.text ? row.text->failure() : row.refusal;
            if (failure) records.failures.emplace(records.rows.size(), *failure);
            records.rows.push_back(row.text ? row.text->record() : ResultRecord());
        }
        for (size_t slot = rows_.size(); slot < static_cast<size_t>(slots_); ++slot) {
            if (const auto failed = records.failures.find(rows_.size() - 1); failed != records.failures.end())
                records.failures.emplace(slot, failed->second);
            records.rows.push_back(records.rows.back());
        }
        return records;
    }

private:
    struct Row {
        std::optional<TextRow> text;
        TextLengths lengths = {.prompt = 0, .max_new = 1};
        std::optional<Failure> refusal = {};  ///< instead of the text

        bool is_being_made() const { return text && !text->has_ended(); }
    };

    static Row row_for(const TextGeneration& model, const TextTask& task) {
        std::vector<int64_t> prompt = prompt_ids(task, model.tokenizer_, model.limits_);
        const auto length = static_cast<int64_t>(prompt.size());
        const int64_t max_new = std::min<int64_t>(task.max_new_tokens, model.limits_.context - length + 1);
        TextRow::Ends ends{model.generation_.end_ids, model.generation_.suppressed, max_new};
        return {TextRow(task, std::move(prompt), std::move(ends), model.tokenizer_), {length, max_new}};
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

    static std::vector<TextLengths> lengths_of(const std::vector<Row>& rows) {
        std::vector<TextLengths> lengths;
        for (const Row& row : rows) lengths.push_back(row.lengths);
        return lengths;
    }

    /// ids [R, L] on the main device.
    NamedTensors input_of(size_t evaluation) const {
        const auto& pieces = schedule_.pieces();
        std::vector<int64_t> ids;
        if (evaluation < pieces.size()) {
            const TextSchedule::Piece& piece = pieces[evaluation];
            const auto prompt = rows_[static_cast<size_t>(piece.row)].text->prompt();
            const auto tokens = prompt.subspan(static_cast<size_t>(piece.start), static_cast<size_t>(piece.tokens));
            ids.assign(tokens.begin(), tokens.end());
            ids.resize(static_cast<size_t>(piece.length));
        } else {
            for (const Row& row : rows_) ids.push_back(row.text ? row.text->last() : 0);
            ids.resize(static_cast<size_t>(slots_));
        }
        const int64_t rows = evaluation < pieces.size() ? 1 : slots_;
        return {{"ids", to_device(at::tensor(ids, at::kLong).view({rows, -1}), device_)}};
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
    const int64_t slots_;
    std::vector<Row> rows_;
    const TextSchedule schedule_;
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
      limits_{plan.vocabulary, plan.context, generation_.begin_id} {
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
    const std::vector<TextLengths> rows(static_cast<size_t>(shape.batch_size), {tokens / 2, tokens - tokens / 2});
    const TextSchedule schedule(rows, shape.batch_size, tokens);
    const at::Tensor ids =
        at::zeros({shape.batch_size, 1}, at::TensorOptions().dtype(at::kLong).device(placement.device));
    return {std::move(plan.layers),
            {.hidden = ids, .text = std::make_shared<const TextStep>(schedule.step(schedule.pieces().size()))},
            {}};
}

}  // namespace fanlight
