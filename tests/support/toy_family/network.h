#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/batch/image_task.h"
#include "core/pipelines/load_component.h"
#include "core/pipelines/network_half.h"
#include "tests/support/toy_family/family.h"

// The network half of the toy family. It computes element by element, with exact operations, so a row does not depend
// on its neighbours. Two tensors travel beside the hidden one: "sum", to which every layer adds, and "clock",
// the evaluation's number.

namespace fanlight::toy {

inline std::vector<LayerPlan> layers(const Json& config, const Weights& weights) {
    const int count = config.at("layers");
    const int64_t width = config.at("width");
    std::vector<LayerPlan> plans;
    for (int i = 0; i < count; ++i) {
        const std::string name = layer_name(i);
        plans.push_back({name, [=] {
                             const at::Tensor weight = (weights / name).take("weight", {width});
                             return Layer::Function([=, last = i + 1 == count](State& s) {
                                 auto& text = (*s.memory)[name];
                                 if (text.empty()) text = {s.conditioning->context.squeeze(1) * weight};
                                 const at::Tensor x = s.hidden * weight + text.front() + s.named.get("clock");
                                 s.hidden = x / (x.abs() + 1);
                                 s.named.put("sum", s.named.get("sum") + s.hidden);
                                 if (!last) return;
                                 s.hidden = s.named.take("sum") / count;
                                 s.named.take("clock");
                             });
                         }});
    }
    return plans;
}

/// The prompt as one vector, [1, 1, width].
inline at::Tensor context_of(const std::string& prompt, int64_t width, const Weights::Placement& placement) {
    std::vector<double> values(static_cast<size_t>(width));
    for (size_t i = 0; i < prompt.size(); ++i)
        values[(i + static_cast<unsigned char>(prompt[i])) % values.size()] += 1.0 / static_cast<double>(i + 1);
    return at::tensor(values).to(placement.device, placement.dtype).reshape({1, 1, width});
}

inline State input_of(const at::Tensor& hidden, size_t evaluation) {
    return {.hidden = hidden,
            .named = {{"sum", at::zeros_like(hidden)},
                      {"clock", at::full({1, 1}, 0.01 * static_cast<double>(evaluation), hidden.options())}}};
}

/// A loaded model of a family with this network.
struct Loaded {
    Loaded(const ModelFolder& folder, const Weights::Placement& place, const Part& part)
        : part(part),
          placement{place.dtype, place.device},
          width(folder.config("network").at("width")),
          weights(folder.weights("network", place)),
          layers(toy::layers(folder.config("network"), weights), weights, part.layers) {
        check_complete(weights, [&](const std::string& key) { return layers.belongs_elsewhere(key); });
    }

    const Part part;
    const Weights::Placement placement;  ///< for everything except the network
    const int64_t width;
    const Weights weights;
    const LayerSequence layers;
};

/// A micro-batch of any kind of task: rows of numbers that are made from the seeds and go round the parts.
template <typename T>
class Rows : public Generation {
public:
    Rows(const Loaded& model, std::vector<T> tasks)
        : Generation(model.part, model.layers), model_(model), tasks_(std::move(tasks)) {}

    NamedTensors begin() override {
        std::vector<at::Tensor> rows;
        for (const T& task : tasks_)
            rows.push_back(
                at::arange(model_.width, at::kDouble).add(static_cast<double>(task.seed % 1000)).mul(0.37).frac());
        return {{"hidden", at::stack(rows).to(model_.placement.device, model_.placement.dtype)}};
    }

protected:
    State enter(size_t evaluation, NamedTensors input) override { return input_of(input.take("hidden"), evaluation); }

    std::shared_ptr<const Conditioning> conditioning(size_t) override {
        if (!text_) {
            std::vector<Conditioning> rows;
            for (const T& task : tasks_) rows.push_back({context_of(task.prompt, model_.width, model_.placement)});
            text_ = std::make_shared<const Conditioning>(joined(rows));
        }
        return text_;
    }

    std::optional<NamedTensors> take(size_t evaluation, State state) override {
        result_ = state.hidden.to(model_.placement.device);
        evaluated_ = evaluation + 1;
        if (!taken(evaluated_)) return std::nullopt;
        return NamedTensors{{"hidden", result_}};
    }

    /// Called after this many evaluations. Returns whether another one follows.
    virtual bool taken(size_t evaluations) = 0;

    const Loaded& model_;
    const std::vector<T> tasks_;
    at::Tensor result_;  ///< [B, width]; last part only
    size_t evaluated_ = 0;

private:
    std::shared_ptr<const Conditioning> text_;
};

/// A pipeline whose generations are `Kind`s, made of tasks T.
template <typename Kind, typename T>
class PipelineOf : public Pipeline {
public:
    PipelineOf(const ModelFolder& folder, const Weights::Placement& placement, const Part& part)
        : model_(folder, placement, part) {}

    std::unique_ptr<Generation> open(const std::vector<Task>& batch) override {
        std::vector<T> tasks;
        for (const Task& task : batch) tasks.push_back(task.as<T>());
        return std::make_unique<Kind>(model_, std::move(tasks));
    }

private:
    const Loaded model_;
};

template <typename Kind, typename T>
NetworkHalf network_half_of(const Family& family) {
    return {family.name,
            [](ModelFolder folder, const Weights::Placement& placement, const Part& part) -> std::unique_ptr<Pipeline> {
                return std::make_unique<PipelineOf<Kind, T>>(folder, placement, part);
            },
            [](const ModelFolder& folder, const Weights::Placement& placement, const DescribedShape& shape) -> Probe {
                const Json config = folder.config("network");
                const int64_t width = config.at("width");
                const auto options = at::TensorOptions().dtype(placement.dtype).device(placement.device);
                return {layers(config, folder.weights("network", placement)),
                        input_of(at::rand({shape.batch_size, width}, options), 0),
                        {at::rand({shape.batch_size, 1, width}, options)}};
            }};
}

/// Pictures of vertical stripes.
class Images : public Rows<ImageTask> {
public:
    using Rows::Rows;

    Progress progress() const override { return {evaluated_, static_cast<size_t>(tasks_.front().steps)}; }
    at::Tensor preview() override { return painted(8, 6); }

protected:
    Outputs outputs() override {
        return Pictures(painted(tasks_.front().width, tasks_.front().height),
                        at::ones({static_cast<int64_t>(tasks_.size())}, at::kByte));
    }
    bool taken(size_t evaluations) override { return evaluations < static_cast<size_t>(tasks_.front().steps); }

private:
    at::Tensor painted(int64_t width, int64_t height) const {
        const at::Tensor bytes = result_.cpu().to(at::kFloat).add(1).mul(127).to(at::kByte);
        const at::Tensor columns = bytes.index_select(1, at::arange(width) % model_.width);
        return columns.reshape({-1, 1, width, 1}).expand({-1, height, width, 3}).contiguous();
    }
};

inline NetworkHalf network() { return network_half_of<Images, ImageTask>(family()); }

}  // namespace fanlight::toy
