#pragma once

#include "core/devices/module_tree.h"
#include "core/families/parts/bert_config.h"

// The modules of BERT and its relatives, as transformers registers them. `labels`: of a classifier.
namespace fanlight {

ModuleTree bert_modules(const BertConfig& config, int64_t labels, const std::string& dtype);
ModuleTree roberta_modules(const BertConfig& config, int64_t labels, const std::string& dtype);
ModuleTree distilbert_modules(const BertConfig& config, int64_t labels, const std::string& dtype);

}  // namespace fanlight
