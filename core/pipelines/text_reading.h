#pragma once

#include <memory>
#include <vector>

#include "core/pipelines/pipeline.h"

namespace fanlight {

/// Texts that are only read: a micro-batch whose evaluations are known beforehand. The last part sends the first one
/// the next evaluation's ids, and keeps what comes of each on the device until all are through, so that the host need
/// not wait for each.
class TextReading : public Generation {
public:
    NamedTensors begin() override { return input_of(0); }
    Progress progress() const override { return {found_.size(), evaluations()}; }

protected:
    /// `layers` must outlive this.
    TextReading(const Part& part, const LayerSequence& layers) : Generation(part, layers) {}

    /// At least one.
    virtual size_t evaluations() const = 0;
    /// "ids" [1, L] int64 on the main device, and whatever the first layers read beside them.
    virtual NamedTensors input_of(size_t evaluation) const = 0;
    virtual TextStep step_of(size_t evaluation) const = 0;
    /// What is kept of the last layer's output.
    virtual at::Tensor kept(size_t evaluation, const at::Tensor& output) const = 0;

    /// What kept() returned for each evaluation so far.
    const std::vector<at::Tensor>& found() const { return found_; }

    void prepare(size_t evaluation, State& state) override;
    State enter(size_t evaluation, NamedTensors input) override;
    std::shared_ptr<const Conditioning> conditioning(size_t) override { return none_; }
    std::optional<NamedTensors> take(size_t evaluation, State state) override;

private:
    std::vector<at::Tensor> found_;
    const std::shared_ptr<const Conditioning> none_ = std::make_shared<const Conditioning>();
};

/// [1, L] int64
at::Tensor ids_on(const std::vector<int64_t>& ids, at::Device device);

}  // namespace fanlight
