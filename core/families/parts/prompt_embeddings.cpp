#include "core/families/parts/prompt_embeddings.h"

#include <algorithm>
#include <utility>

namespace fanlight {

PromptEmbeddings::PromptEmbeddings(std::vector<std::string> names,
                                   std::function<int64_t(const std::string& name)> measure)
    : names_(std::move(names)), measure_(std::move(measure)), ids_(names_.size()) {}

PromptEmbeddings::Ids PromptEmbeddings::call(size_t index) {
    std::optional<Ids>& ids = ids_.at(index);
    if (std::find(recent_.begin(), recent_.end(), names_[index]) == recent_.end()) recent_.push_back(names_[index]);
    if (ids) return *ids;
    ids = Ids{next_id_, measure_(names_[index])};
    next_id_ += ids->count;
    called_.push_back(names_[index]);
    return *ids;
}

}  // namespace fanlight
