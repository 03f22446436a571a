#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight::stand_in {

/// A GPU that isn't there. The stand-ins of LibTorch's device and of NVML both take their cards from
/// $FANLIGHT_STAND_IN, a JSON object:
///   {"driver": "580.95.05", "cuda": 13000, "nvml": 0,
///    "cards": [{"name": "…", "uuid": "GPU-…", "bus": "00000000:01:00.0", "memory": 8e9, "used": 0,
///               "capability": [8, 9], "speed": 1, "mig": false, "slices": [{"name": "…", "uuid": "MIG-…"}],
///               "mode": 0, "process": 0, "state": 0, "gone": false, "display": false, "ecc_errors": 0,
///               "pages_pending": false, "rows_pending": false, "rows_failed": false, "workspace": 0,
///               "fault": {"after": 100, "kind": "sticky", "once": "/a/file"}}, …]}
struct Card {
    std::string name = "Stand-in";
    std::string uuid;
    std::string bus;
    int64_t memory = 8'000'000'000;
    int64_t used = 0;  ///< by other programs
    int major = 8, minor = 9;
    double speed = 1;  ///< CUDA counts the fastest first, unless it's told otherwise
    bool mig = false;
    std::vector<Card> slices;  ///< what MIG has made of it
    int mode = 0;              ///< NVML's compute mode
    unsigned process = 0;      ///< the pid of one that uses it; 0: none
    bool gone = false;         ///< counted by NVML, and no longer there for CUDA
    bool display = false;
    int ecc_errors = 0;  ///< that could not be corrected
    bool pages_pending = false, rows_pending = false, rows_failed = false;
    int state = 0;  ///< the error that NVML reports for it

    int64_t workspace = 0;  ///< bytes that a convolution asks for; if it gets none, it takes another algorithm

    int64_t fault_after = -1;  ///< operations; -1: never
    std::string fault_kind;    ///< "sticky", "loss" (for good, once `once` is there), "memory", "cublas memory"
    std::string fault_once;    ///< created when it occurs; if it's there, nothing does
};

struct Machine {
    std::string driver = "580.95.05";
    int cuda = 13000;
    int nvml = 0;  ///< what nvmlInit returns
    std::vector<Card> cards;
};

inline Card card_in(const Json& entry, const std::string& number) {
    Card card;
    card.name = entry.value("name", card.name);
    card.uuid = entry.value("uuid", "GPU-00000000-0000-0000-0000-00000000000" + number);
    card.bus = entry.value("bus", "00000000:0" + number + ":00.0");
    card.memory = static_cast<int64_t>(entry.value("memory", static_cast<double>(card.memory)));
    card.used = static_cast<int64_t>(entry.value("used", 0.0));
    if (entry.contains("capability")) {
        card.major = entry["capability"][0];
        card.minor = entry["capability"][1];
    }
    card.speed = entry.value("speed", card.speed);
    card.mig = entry.value("mig", false);
    for (const Json& slice : entry.value("slices", Json::array())) card.slices.push_back(card_in(slice, number));
    card.mode = entry.value("mode", 0);
    card.process = entry.value("process", 0u);
    card.state = entry.value("state", 0);
    card.workspace = static_cast<int64_t>(entry.value("workspace", 0.0));
    card.gone = entry.value("gone", false);
    card.display = entry.value("display", false);
    card.ecc_errors = entry.value("ecc_errors", 0);
    card.pages_pending = entry.value("pages_pending", false);
    card.rows_pending = entry.value("rows_pending", false);
    card.rows_failed = entry.value("rows_failed", false);
    if (entry.contains("fault")) {
        card.fault_after = entry["fault"].value("after", int64_t{0});
        card.fault_kind = entry["fault"].value("kind", "sticky");
        card.fault_once = entry["fault"].value("once", "");
    }
    return card;
}

inline Machine machine() {
    Machine machine;
    const char* text = std::getenv("FANLIGHT_STAND_IN");
    const Json json = parse_json(text ? text : "{}", "FANLIGHT_STAND_IN");
    machine.driver = json.value("driver", machine.driver);
    machine.cuda = json.value("cuda", machine.cuda);
    machine.nvml = json.value("nvml", machine.nvml);
    for (const Json& entry : json.value("cards", Json::array()))
        machine.cards.push_back(card_in(entry, std::to_string(machine.cards.size())));
    return machine;
}

}  // namespace fanlight::stand_in
