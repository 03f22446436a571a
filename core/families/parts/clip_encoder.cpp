#include "core/families/parts/clip_encoder.h"

namespace fanlight {

ClipConfig clip_config(const ModelFiles& model, const ClipEncoder& encoder) {
    return ClipConfig(model.config(encoder.component), encoder.component + "/config.json");
}

TextWidths text_widths(const ModelFiles& model, const ClipEncoders& encoders) {
    TextWidths widths;
    for (const ClipEncoder& encoder : encoders) {
        const ClipConfig config = clip_config(model, encoder);
        if (widths.tokens != 0 && config.positions != widths.tokens)
            throw Error("%1/config.json: max_position_embeddings is %2, but %3 reads texts of %4 tokens",
                        encoder.component, config.positions, encoders.front().component, widths.tokens);
        widths.tokens = config.positions;
        widths.hidden += config.width;
        if (encoder.pools) widths.pooled = pooled_width(config, encoder);
    }
    return widths;
}

}  // namespace fanlight
