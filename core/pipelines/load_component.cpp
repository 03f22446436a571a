#include "core/pipelines/load_component.h"

#include <algorithm>

#include "core/base/file_identity.h"
#include "core/weights/shared_parts.h"

namespace fanlight {

void check_complete(const Weights& weights, const std::function<bool(const std::string& key)>& expected) {
    std::vector<std::string> keys = weights.untaken();
    std::erase_if(keys, expected);
    weights.refuse_surplus(std::move(keys));
}

namespace {

/// One that has learnt no embeddings is any model's with the same files.
std::shared_ptr<Tokenizer> shared_tokenizer(const ModelFolder& folder, const FamilyTokenizer& tokenizer) {
    const std::string& component = tokenizer.component;
    const auto open = [&]() -> std::shared_ptr<Tokenizer> { return tokenizer.open(folder.files(), component); };
    if (!folder.shared() || !folder.embeddings().empty()) return open();
    const std::string files = folder.is_single_file() ? folder.family().name + to_line(folder.files().config(component))
                                                      : identity_of_files(folder.component(component));
    return folder.shared()->part<Tokenizer>("tokenizer " + component + files, open);
}

}  // namespace

std::shared_ptr<Tokenizer> open_shared_tokenizer(const ModelFolder& folder, const std::string& component) {
    for (const FamilyTokenizer& tokenizer : folder.family().tokenizers)
        if (tokenizer.component == component) return shared_tokenizer(folder, tokenizer);
    throw Error("A model of %1 has no %2", folder.family().title, component);
}

std::function<bool(const std::string& key)> holding(std::vector<std::string> parts) {
    return [parts = std::move(parts)](const std::string& key) {
        return std::any_of(parts.begin(), parts.end(),
                           [&](const std::string& part) { return key.find(part) != std::string::npos; });
    };
}

}  // namespace fanlight
