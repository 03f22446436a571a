#pragma once

#include <filesystem>
#include <vector>

#include "core/base/json.h"
#include "core/batch/text_task.h"
#include "core/networks/networks.h"
#include "tests/support/places.h"

namespace fanlight {

/// The folder of the small random language models, see tests/golden/language_models.py.
inline std::filesystem::path language_model(const std::string& name) {
    return source_path("/tests/golden/data/language_models/" + name);
}

inline const std::vector<const char*> language_models = {"gpt2",   "llama",      "mistral",  "qwen2",
                                                         "qwen3",  "smollm3",    "phi3",     "gemma2",
                                                         "gemma3", "qwen2_5_vl", "qwen3_vl", "phi"};

/// With those whose encoder reads the prompt, see tests/golden/encoder_decoders.py.
inline const std::vector<const char*> text_models = {"gpt2",       "llama",    "mistral", "qwen2",   "qwen3",
                                                     "smollm3",    "phi3",     "phi",     "gemma2",  "gemma3",
                                                     "qwen2_5_vl", "qwen3_vl", "t5",      "t5_gated"};

/// Those of which picture models may take hidden states, see tests/golden/text_encoders.py.
inline const std::vector<const char*> text_encoders = {"llama",      "mistral",  "qwen2",  "qwen3",
                                                       "smollm3",    "phi3",     "gemma2", "gemma3",
                                                       "qwen2_5_vl", "qwen3_vl", "t5",     "t5_gated"};

/// What transformers made with one of them.
inline Json texts_of_transformers(const std::string& name) { return read_json_file(language_model(name + ".json")); }

/// The task of a text in texts_of_transformers().
inline TextTask task_of(const Json& text) { return TextTask::read(text); }

inline std::vector<ResultRecord> records_of(const Outputs& outputs) { return std::get<Records>(outputs).rows; }

/// The texts of a micro-batch that a whole model makes.
inline std::vector<ResultRecord> texts_of(Pipeline& pipeline, const std::vector<Task>& batch) {
    const auto generation = pipeline.open(batch);
    return records_of(run_whole(*generation, [](Generation&) { return true; }).value());
}

}  // namespace fanlight
