#include "core/pipelines/pipeline_stage.h"

#include <ATen/ATen.h>

namespace fanlight {

PipelineStage::PipelineStage(const std::filesystem::path& model, const Weights::Placement& placement, const Part& part,
                             const std::vector<Lora>& loras)
    : placement_(placement),
      part_(part),
      folder_(open_model(model, loras)),
      scheduler_config_(corrected_scheduler_config(folder_)),
      unet_(load_unet(folder_, placement, part.layers)) {
    if (part.first) conditioner_.emplace(folder_, placement, unet_.context_dim());
    if (part.last) decoder_.emplace(folder_, placement, unet_.in_channels());
}

void PipelineStage::open(int64_t micro_batch, const std::vector<ImageParameters>& batch) {
    std::vector<int64_t> latent_shape;
    if (decoder_) latent_shape = decoder_->latent_shape(batch.front().width, batch.front().height);
    open_.insert_or_assign(micro_batch, MicroBatch{Denoising(batch, scheduler_config_, unet_.guidance_width(),
                                                             placement_.dtype, placement_.device),
                                                   std::move(latent_shape),
                                                   batch,
                                                   {}});
}

Parcel PipelineStage::begin(int64_t micro_batch) {
    MicroBatch& begun = open_.at(micro_batch);
    return {micro_batch, 0, {begun.denoising.begin(begun.latent_shape)}};
}

// Between stages a parcel is {hidden, time embedding, text or nothing, skips…}; from the last to the first {input}.

UNetState PipelineStage::enter(const Parcel& parcel, MicroBatch& micro_batch) {
    const auto step = static_cast<size_t>(parcel.step);
    if (part_.first) {
        if (step == 0)
            micro_batch.context = {conditioner_->context_of(micro_batch.images, micro_batch.denoising.guided()), {}};
        return {.hidden = micro_batch.denoising.widen(parcel.tensors.at(0)),
                .timestep = micro_batch.denoising.timestep(step),
                .guidance = micro_batch.denoising.guidance_input(),
                .context = &micro_batch.context};
    }
    if (parcel.tensors.at(2).defined()) micro_batch.context = {parcel.tensors[2], {}};
    return {.hidden = parcel.tensors[0],
            .temb = parcel.tensors[1],
            .timestep = micro_batch.denoising.timestep(step),
            .guidance = micro_batch.denoising.guidance_input(),
            .context = &micro_batch.context,
            .skips = {parcel.tensors.begin() + 3, parcel.tensors.end()}};
}

Parcel PipelineStage::leave(const Parcel& parcel, const UNetState& state, const MicroBatch& micro_batch) const {
    Parcel next{parcel.micro_batch, parcel.step, {state.hidden, state.temb, at::Tensor()}};
    if (parcel.step == 0) next.tensors[2] = micro_batch.context.states;  // the text is the same at every step
    next.tensors.insert(next.tensors.end(), state.skips.begin(), state.skips.end());
    return next;
}

std::optional<Parcel> PipelineStage::run(const Parcel& parcel) {
    MicroBatch& micro_batch = open_.at(parcel.micro_batch);
    UNetState state = enter(parcel, micro_batch);
    unet_.run(state);
    if (!part_.last) return leave(parcel, state, micro_batch);
    const at::Tensor input = micro_batch.denoising.take(state.hidden.contiguous());
    if (!input.defined()) return std::nullopt;
    return Parcel{parcel.micro_batch, parcel.step + 1, {input}};
}

std::pair<size_t, size_t> PipelineStage::progress(int64_t micro_batch) const {
    const Denoising& denoising = open_.at(micro_batch).denoising;
    return {denoising.evaluated(), denoising.evaluations()};
}

at::Tensor PipelineStage::preview(int64_t micro_batch) {
    if (!colours_) colours_.emplace(*decoder_, placement_.dtype, placement_.device);
    return colours_->paint(open_.at(micro_batch).denoising.predicted_latents());
}

Pictures PipelineStage::decode(int64_t micro_batch) const {
    return decoder_->decode(open_.at(micro_batch).denoising.latents());
}

}  // namespace fanlight
