#pragma once

#include <vector>

#include "core/batch/classify_task.h"
#include "core/batch/request.h"
#include "core/batch/request_json.h"
#include "core/batch/score_task.h"
#include "core/batch/text_task.h"

namespace fanlight {

/// A picture of a run, complete.
inline Item sample_item() {
    Item item{.place = "0.png",
              .task = ImageTask{.prompt = "a dog",
                                .seed = 7,
                                .steps = 3,
                                .cfg_scale = 7.5,
                                .width = 8,
                                .height = 8,
                                .sampler = "euler",
                                .schedule = "default"}};
    set_recipe(item, {.model = "starter", .model_hash = "abc"});
    return item;
}

/// Texts of a run, one of each kind of task, with a column of the list's own.
inline std::vector<Item> sample_texts() {
    const std::string columns = R"({"id":3})";
    std::vector<Item> items = {
        {.task = TextTask{.prompt = "a", .prompt_template = "{prompt} {id}", .stop = {"x"}, .columns = columns}},
        {.index = 1, .task = ClassifyTask{.prompt = "b", .columns = columns}},
        {.index = 2, .task = ScoreTask{.prompt = "c", .labels = {"d", "e"}, .columns = columns}}};
    for (Item& item : items) set_recipe(item, {.model = "starter-text", .model_hash = "abc"});
    return items;
}

}  // namespace fanlight
