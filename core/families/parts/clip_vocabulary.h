#pragma once

#include "core/text/vocabulary_files.h"

namespace fanlight {

/// CLIP's own vocabulary of 49,408 tokens, whose merges ship with the program: the 256
/// byte symbols in the order of their code points, the same at the end of a word, the results of the merges, begin and
/// end.
VocabularyFiles original_clip_vocabulary();

}  // namespace fanlight
