#include "core/families/prompt_layouts.h"

#include "core/batch/image_task.h"
#include "core/families/families.h"
#include "core/families/parts/clip_chunks.h"

namespace fanlight {

const ClipTokenizer* PromptLayouts::clip() {
    if (!is_opened_) tokenizer_ = open_tokenizer(model_);
    is_opened_ = true;
    return dynamic_cast<const ClipTokenizer*>(tokenizer_.get());
}

void PromptLayouts::set(Task& task, const std::string& where) {
    if (!task.is<ImageTask>()) return;
    ImageTask& image = task.edit<ImageTask>();
    image.layout = {};
    if (const ClipTokenizer* tokenizer = clip())
        lay_out(*tokenizer, image, where);
    else
        image.emphasis = Emphasis::Literal;
}

}  // namespace fanlight
