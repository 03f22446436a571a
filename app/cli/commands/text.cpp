#include <memory>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/project_options.h"
#include "app/cli/record_run.h"
#include "app/cli/text_options.h"
#include "core/batch/text_task.h"

namespace fanlight {

namespace {

size_t text_tokens(const Task& task, const TextTokenizer& tokenizer) {
    const auto& own = task.as<TextTask>();
    return tokenizer.encode(own.input(), {.read_special_tokens = own.special_tokens}).size();
}

}  // namespace

Action add_text(CLI::App& app) {
    const auto options = std::make_shared<TextOptions>();
    add_text_options(app, options);
    add_record_options(app, options, "texts");
    add_examples(app, {"fanlight text \"a lighthouse\" \"a giraffe\"",
                       "fanlight text -p subjects.txt --temperature 0.8 --samples 3 -o prompts.jsonl"});
    return [options, &app] {
        take_project(app, *options);
        return make_records(app, *options,
                            {.words = {"text", "texts", "fanlight text", "token"},
                             .request = [&] { return text_request(*options); },
                             .tokens_of = &text_tokens});
    };
}

}  // namespace fanlight
