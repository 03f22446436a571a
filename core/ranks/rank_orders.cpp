#include "core/ranks/rank_orders.h"

#include "core/config/encoder_hashes.h"

namespace fanlight {

protocol::Load rank_orders(const RunPlan& run, int model, const std::string& device, const protocol::Stage& stage) {
    const PlannedModel& planned = run.model(model);
    protocol::Load orders{.folder = planned.model_folder,
                          .device = device,
                          .recipe = planned.recipe,
                          .stage = stage,
                          .text_device = planned.placement.text_device,
                          .encoder_stay = planned.placement.encoder_stay};
    if (orders.text_device == orders.device) orders.text_device.clear();
    if (!run.cache_embeddings) return orders;
    orders.encoded_texts = encoded_texts_folder().string();
    orders.encoders = encoder_hashes(orders.folder, orders.recipe.components);
    return orders;
}

}  // namespace fanlight
