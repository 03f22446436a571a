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
            std::any_of(rows_.begin(), rows_.end(), [](const Row& row) { return !row.text.has_ended(); });
        if (!reading && !writing) return std::nullopt;
        return input_of(evaluated_);
    }

    Outputs outputs() override {
        Records records;
        for (const Row& row : rows_) records.rows.push_back(row.text.record());
        records.rows.resize(static_cast<size_t>(slots_), records.rows.back());
        return records;
    }

private:
    struct Row {
        TextRow text;
        TextLengths lengths;
    };

    static std::vector<Row> rows_for(const TextGeneration& model, const std::vector<TextTask>& tasks) {
        const TextLimits& limits = model.limits_;
        std::vector<Row> rows;
        for (const TextTask& task : tasks) {
            std::vector<int64_t> prompt = prompt_ids(task, model.tokenizer_, limits);
            const auto length = static_cast<int64_t>(prompt.size());
            const int64_t max_new = std::min<int64_t>(task.max_new_tokens, limits.context - length + 1);
            rows.push_back(
                {TextRow(task, std::move(prompt), {model.generation_.end_ids, model.generation_.suppressed, max_new},
                         model.tokenizer_),
                 {length, max_new}});
        }
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
            const auto prompt = rows_[static_cast<size_t>(piece.row)].text.prompt();
            const auto tokens = prompt.subspan(static_cast<size_t>(piece.start), static_cast<size_t>(piece.tokens));
            ids.assign(tokens.begin(), tokens.end());
            ids.resize(static_cast<size_t>(piece.length));
        } else {
            for (const Row& row : rows_) ids.push_back(row.text.last());
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
            TextRow* text = slot < rows_.size() ? &rows_[slot].text : nullptr;
            readers.push_back(text && !text->has_ended() ? text : nullptr);
        }
        return readers;
    }

    /// logits: [R, vocabulary]. Waits for the device once.
    void choose(const at::Tensor& logits) {
        const std::vector<TextRow*> reading = readers();
        const bool plain = std::all_of(reading.begin(), reading.end(),
                                       [](const TextRow* row) { return row == nullptr || row->is_plain(); });
        if (plain) {
            const at::Tensor chosen = HostCopy(logits.argmax(-1)).get();
            for (size_t i = 0; i < reading.size(); ++i)
                if (reading[i]) reading[i]->add(chosen.const_data_ptr<int64_t>()[i]);
            return;
        }
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
