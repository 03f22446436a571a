#include "core/pipelines/batch_texts.h"

#include "core/batch/prompt_syntax.h"

namespace fanlight {

BatchTexts::BatchTexts(const std::vector<ImageTask>& batch, bool guided, bool zeros_without_negative)
    : steps_(batch.front().steps), guided_steps_(batch.front().guided_steps()), unguided_(guided ? batch.size() : 0) {
    const auto add = [&](const ImageTask& image, const std::string& prompt, const std::string& second, int clip_skip) {
        const auto texts = [&](const std::string& text) { return scheduled_texts(text, image.emphasis, image.steps); };
        rows_.push_back({texts(prompt), image.emphasis, clip_skip, second.empty() ? Schedule() : texts(second)});
    };
    if (guided)  // clip_skip is for the prompt alone, as in diffusers
        for (const ImageTask& image : batch) {
            if (!image.negative_prompt && zeros_without_negative)
                rows_.push_back({});
            else
                add(image, image.negative_text(), image.negative_prompt_2, 0);
        }
    for (const ImageTask& image : batch) add(image, image.prompt, image.prompt_2, image.clip_skip);
}

std::vector<RowText> BatchTexts::at(int step) const {
    std::vector<RowText> texts;
    for (size_t i = step < guided_steps_ ? 0 : unguided_; i < rows_.size(); ++i) {
        const Row& row = rows_[i];
        RowText& text = texts.emplace_back();
        if (row.schedule.empty()) continue;
        text = {row.schedule[entry_at(row.schedule, step)].text, row.emphasis, row.clip_skip};
        if (!row.second.empty()) text.second = row.second[entry_at(row.second, step)].text;
    }
    return texts;
}

std::set<RowText> BatchTexts::all() const {
    std::set<RowText> texts;
    for (int step = 0; step < steps_; ++step)
        for (RowText& text : at(step)) texts.insert(std::move(text));
    return texts;
}

}  // namespace fanlight
