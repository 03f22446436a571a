#pragma once

#include "core/batch/request.h"
#include "core/batch/request_json.h"

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

}  // namespace fanlight
