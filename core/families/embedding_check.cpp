#include "core/families/embedding_check.h"

#include <set>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/families/parts/clip_config.h"

namespace fanlight {

namespace {

Sentence listed_widths(const std::multiset<int64_t>& widths) {
    std::vector<std::string> texts;
    for (const int64_t width : widths) texts.push_back(std::to_string(width));
    return listed(texts);
}

}  // namespace

void check_embedding(const EmbeddingFile& embedding, const KnownModel& model) {
    const auto& wanted_parts = model.family.embedding_parts;
    if (wanted_parts.empty())
        throw Error("%1 cannot be used: prompts of models of %2 call no embeddings.", embedding.file()->path(),
                    model.family.title);
    bool fits = embedding.parts().size() == wanted_parts.size();
    std::multiset<int64_t> has, wanted;
    for (const auto& [key, tensor] : embedding.parts()) has.insert(tensor.shape[1]);
    for (const EmbeddingPart& part : wanted_parts) {
        const Json config = model.files.config(part.component);
        const int64_t width = ClipConfig(config, model.files.place_of(part.component)).width;
        const auto found = embedding.parts().find(part.key);
        fits = fits && found != embedding.parts().end() && found->second.shape[1] == width;
        wanted.insert(width);
    }
    if (fits) return;
    throw Error(
        "%1 is an embedding of vectors of %2 numbers, and what the model's text encoders read is %3 wide; choose one "
        "that was made for this model, or take its name out of the prompts.",
        embedding.file()->path(), listed_widths(has), listed_widths(wanted));
}

}  // namespace fanlight
