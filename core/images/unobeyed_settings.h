#pragma once

#include "core/batch/list_reading.h"
#include "core/batch/prompt_row.h"
#include "core/images/infotext.h"

namespace fanlight {

/// Notes what other programs' images say of themselves and a run does not do: a second pass, pictures that they were
/// made from, and the like. Tags of networks such as <lora:name:0.8>, which are no words of the prompt, are taken out
/// of the row's prompts; those of LoRAs become the row's.
void note_unobeyed(const InfoText& info, PromptRow& row, const ListReading& reading);

}  // namespace fanlight
