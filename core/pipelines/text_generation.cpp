#include "core/pipelines/text_generation.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/families/parts/llama_config.h"
#include "core/pipelines/load_component.h"
#include "core/pipelines/scoring.h"
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

/// Whether a row's numbers are the same whichever rows are computed with it: see PackedMatrix and fused_transformer.
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
          part_(model.part_),
          device_(model.device_),
          slots_(batch.size()),
          rows_(model.model_,
                {.slots = static_cast<int64_t>(batch.size()),
                 .context = model.model_.limits.context,
                 .leaves_out_ended = is_whole() && model.computes_rows_apart_,
                 .recompute_at = model.recompute_at_},
                is_whole()) {
        add(without_padding(batch));
    }

    NamedTensors begin() override { return next_input(); }

    Progress progress() const override { return {evaluated_, 0}; }

    Slots* slots() override { return is_whole() ? &rows_ : nullptr; }

protected:
    void prepare(size_t, State& state) override {
        if (!part_.last) step_ = rows_.next();
        state.text = step_;
    }

    std::shared_ptr<const Conditioning> conditioning(size_t) override { return none_; }

    State enter(size_t, NamedTensors input) override { return {.hidden = input.take("ids")}; }

    std::optional<NamedTensors> take(size_t, State state) override {
        ++evaluated_;
        if (step_->wanted >= 0) rows_.choose(state.hidden.squeeze(1));
        return rows_.any_is_being_made() ? std::optional(next_input()) : std::nullopt;
    }

    /// Padding gets what the last row got.
    Outputs outputs() override {
        Records records = rows_.records();
        const size_t last = records.rows.size() - 1;
        const auto failed = records.failures.find(last);
        for (size_t row = last + 1; row < slots_; ++row) {
            records.rows.push_back(records.rows[last]);
            if (failed != records.failures.end()) records.failures.emplace(row, failed->second);
        }
        return records;
    }

private:
    bool is_whole() const { return part_.first && part_.last; }

    /// A task that cannot be made does not keep the others from being made; if there is no other, it throws.
    void add(const std::vector<TextTask>& tasks) {
        std::optional<Error> refused;
        bool any = false;
        for (const TextTask& task : tasks) {
            try {
                rows_.add(task);
                any = true;
            } catch (const Error& error) {
                refused = error;
                rows_.add_refused(error);
            }
        }
        if (!any) throw *refused;
    }

    /// Of the next step: ids [R, L] on the main device.
    NamedTensors next_input() {
        step_ = rows_.next();
        const auto rows = static_cast<int64_t>(step_->rows.size());
        return {{"ids", to_device(at::tensor(rows_.ids(), at::kLong).view({rows, -1}), device_)}};
    }

    const Part part_;
    const at::Device device_;
    const size_t slots_;
    TextRows rows_;
    const std::shared_ptr<const Conditioning> none_ = std::make_shared<const Conditioning>();
    std::shared_ptr<const TextStep> step_;  ///< of the current evaluation
    size_t evaluated_ = 0;
};

TextGeneration::TextGeneration(const ModelFolder& folder, const Weights& weights, const Part& part,
                               const DecoderPlan& plan)
    : part_(part),
      device_(weights.device()),
      layers_(plan.layers, weights, part.layers),
      model_{TextTokenizer::load(folder.path()),
             read_generation_config(folder.config("generation"),
                                    text_config(folder.config("model"), folder.path().string() + "/config.json"),
                                    folder.path().string()),
             {plan.vocabulary, plan.context, std::nullopt},
             plan.encodes},
      recompute_at_(plan.recompute_at),
      computes_rows_apart_(computes_rows_apart(weights.placement())) {
    model_.limits.begin_id = model_.generation.begin_id;
    if (plan.encodes && !model_.generation.start_id)
        throw Error("%1/config.json: decoder_start_token_id is missing, the token with which texts begin; complete it.",
                    folder.path());
    check_complete(weights, [&](const std::string& key) {
        return layers_.belongs_elsewhere(key) ||
               std::any_of(plan.harmless.begin(), plan.harmless.end(),
                           [&](const std::string& ending) { return key.ends_with(ending); });
    });
}

std::unique_ptr<Generation> TextGeneration::open(const std::vector<Task>& batch) {
    if (batch.front().is<ScoreTask>())
        return open_scores({part_, device_, layers_, model_.tokenizer, model_.limits}, batch);
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
