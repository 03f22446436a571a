#pragma once

#include "core/families/family.h"

namespace fanlight {

// BERT and its relatives (BertKind) as classifiers or as masked language models, in transformers folders: a family for
// each root of their keys.

const Family& bert();
const Family& roberta();
const Family& distilbert();

}  // namespace fanlight
