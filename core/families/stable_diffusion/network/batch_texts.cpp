#include "core/families/stable_diffusion/network/batch_texts.h"

#include "core/batch/prompt_syntax.h"

namespace fanlight {

BatchTexts::BatchTexts(const std::vector<ImageTask>& batch, bool guided)
    : guided_steps_(batch.front().guided_steps()), unguided_(guided ? batch.size() : 0) {
    const auto add = [&](const ImageTask& image, const std::string& prompt, int clip_skip) {
        rows_.push_back({scheduled_texts(prompt, image.emphasis, image.steps), image.emphasis, clip_skip});
    };
    if (guided)  // clip_skip is for the prompt alone, as in diffusers
        for (const ImageTask& image : batch) add(image, image.negative_prompt, 0);
    for (const ImageTask& image : batch) add(image, image.prompt, image.clip_skip);
}

std::vector<RowText> BatchTexts::at(int step) const {
    std::vector<RowText> texts;
    for (size_t i = step < guided_steps_ ? 0 : unguided_; i < rows_.size(); ++i) {
        const Row& row = rows_[i];
        texts.push_back({row.schedule[entry_at(row.schedule, step)].text, row.emphasis, row.clip_skip});
    }
    return texts;
}

}  // namespace fanlight
