#pragma once

#include <string>

#include "core/checkpoints/embedding_file.h"
#include "core/families/families.h"

namespace fanlight {

/// An embedding and the name by which prompts call it.
struct CallableEmbedding {
    std::string name;
    EmbeddingFile file;
};

/// Throws Error if it is not for models whose text encoders have these widths, naming the file and both.
void check_embedding(const EmbeddingFile& embedding, const KnownModel& model);

}  // namespace fanlight
