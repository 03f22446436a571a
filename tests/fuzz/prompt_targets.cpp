#include <cmath>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/classify_task.h"
#include "core/batch/list_reading.h"
#include "core/batch/lora.h"
#include "core/batch/prompt_syntax.h"
#include "core/batch/prompt_template.h"
#include "core/batch/score_task.h"
#include "core/batch/text_task.h"
#include "core/config/lora_cards.h"
#include "core/families/parts/clip_chunks.h"
#include "core/project/project_file.h"
#include "core/prompts/prompt_list.h"
#include "core/prompts/style_list.h"
#include "tests/fuzz/targets.h"

namespace fanlight {

namespace {

/// As it is read for pictures and for texts, whose columns come back.
template <ListFormat format>
void read_list(std::string_view bytes) {
    ListNotes notes;
    const auto read_for = [&](const char* task) {
        ListReading reading(task);
        reading.notes = &notes;
        const auto take = [](const PromptRow& row) {
            expect_utf8(row.prompt);
            if (row.overrides.columns) expect(Json::accept(*row.overrides.columns), "columns are no JSON");
        };
        read_prompts(bytes, format, "fuzz", take, reading);
    };
    read_by_any({[&] { read_for(ImageTask::kind); }, [&] { read_for(TextTask::kind); }});
    for (const Sentence& note : notes.sentences()) expect_utf8(note.text());
}

/// Standard input, of whatever format, behind lines for --columns and --ignore-columns.
void read_columns(std::string_view bytes) {
    std::string_view lines[2];
    for (std::string_view& line : lines) {
        line = bytes.substr(0, bytes.find('\n'));
        bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
    }
    ListReading reading(ScoreTask::kind);
    reading.columns.rename(lines[0], "--columns");
    reading.columns.ignore(lines[1]);
    read_prompts(
        bytes, sniff_format(bytes, reading), "fuzz", [](const PromptRow&) {}, reading);
    for (const std::string& column : reading.columns.missing()) expect(!column.empty(), "a column has no name");
}

/// What is asked for reads back as it is written, and so do tags.
void read_asked_loras(std::string_view bytes) {
    const auto from_text = [&] {
        const auto loras = asked_loras(bytes, "fuzz");
        expect(asked_loras(lora_texts(loras), "again") == loras, "LoRAs are not what was written");
    };
    const auto from_prompt = [&] {
        std::string prompt(bytes), tags;
        const auto loras = take_lora_tags(prompt, "fuzz");
        for (const Lora& lora : loras) tags += lora_tag(lora);
        expect(take_lora_tags(tags, "again") == loras, "tags are not what was written");
    };
    read_by_any({from_text, from_prompt});
}

void read_notes_on_lora(std::string_view bytes) {
    LoraCard card;
    read_lora_notes(bytes, card);
    for (const std::string* text : {&card.trigger, &card.base_model, &card.notes}) {
        expect_utf8(*text);
        expect(text->size() <= 8192, "a text is too long to be shown");
    }
    expect(!card.weight || std::abs(*card.weight) <= max_lora_weight, "a weight is none");
}

void expect_marks(const std::vector<MarkedText>& marks, size_t size) {
    size_t last = 0;
    for (const MarkedText& mark : marks) {
        expect(last <= mark.begin && mark.begin < mark.end && mark.end <= size, "a mark lies outside of its prompt");
        last = mark.end;
    }
}

/// Any text is a prompt.
void read_prompt(std::string_view bytes) {
    expect(!prompt_parts(bytes).empty(), "a prompt has no part");
    for (const PromptPart& part : prompt_parts(bytes)) expect(!std::isnan(part.weight), "a weight is not a number");
    const auto schedule = prompt_schedule(bytes, 20);
    expect(!schedule.empty() && schedule.back().last_step == 20, "a schedule does not end with its steps");
    for (const EmphasisName& name : emphasis_names()) {
        expect_marks(prompt_marks(bytes, name.emphasis), bytes.size());
        is_plain(bytes, name.emphasis, 20);
        if (name.emphasis == Emphasis::Literal) continue;
        for (const ScheduledText& text : scheduled_texts(bytes, name.emphasis, 20))
            expect(!weighted_parts(text.text, name.emphasis).empty(), "a text has no part");
    }
    expect(without_network_tags(bytes).size() <= bytes.size(), "a prompt without its tags is longer");
    network_tags(bytes);
}

/// CLIP's own, to which "dog" and "fox" are embeddings.
const ClipTokenizer& taught_tokenizer() {
    static const auto tokenizer = [] {
        auto made = original_clip_tokenizer("<|endoftext|>");
        const std::vector<std::string> names = {"dog", "fox"};
        dynamic_cast<ClipTokenizer&>(*made).learn(
            std::make_shared<PromptEmbeddings>(names, [](const std::string& name) { return name == "dog" ? 75 : 3; }));
        return made;
    }();
    return dynamic_cast<const ClipTokenizer&>(*tokenizer);
}

/// The chunks of a prompt all have the length that the text encoder reads.
void read_chunks(std::string_view bytes) {
    const ClipTokenizer& clip = taught_tokenizer();
    for (const ClipChunk& chunk : clip_chunks(clip, prompt_parts(bytes)))
        expect(chunk.ids.size() == 77 && chunk.mask.size() == 77 && chunk.weights.size() == 77, "a chunk is no chunk");
    ImageTask image{.prompt = std::string(bytes), .steps = 20, .emphasis = Emphasis::Original};
    lay_out(clip, image, "fuzz");
    image = {.prompt = "a [dog|(fox) BREAK b]", .steps = 20, .emphasis = Emphasis::Original};
    image.prompt_2 = std::string(bytes);
    lay_out(clip, image, "fuzz");
    expect(clip.encode(bytes).ids.size() == 77, "a literal text has another length");
}

void read_template(std::string_view bytes) {
    PromptTemplate(bytes).fill([](const std::string& column) { return column; });
}

/// What is read is written so that it is read again.
void read_project_twice(std::string_view bytes) {
    const ProjectFile project = parse_project(bytes, "fuzz");
    for (const PromptRow& row : project.rows) expect_utf8(row.prompt);
    const std::string head = project_head(project.settings, project.saved_as);
    expect(parse_project(head, "again").settings == project.settings, "settings are not what was written");
}

void read_style_list(std::string_view bytes) {
    Styles styles;
    read_styles(bytes, "fuzz", styles);
    for (const Style& style : styles.all()) expect_utf8(styled(style.prompt, "a {prompt} dog"));
}

/// In UTF-16 with its mark, little-endian.
std::string utf16(std::string_view ascii) {
    std::string wide = "\xFF\xFE";
    for (const char c : ascii) wide += {c, '\0'};
    return wide;
}

}  // namespace

std::vector<FuzzTarget> prompt_targets() {
    const std::string csv = "prompt,steps,seed\n\"a \"\"dog\"\"\",20,7\nx;y,3,\n";
    return {
        {"prompt", read_prompt, {"a (dog:1.3) [cat] \\(x\\) BREAK", "[a:b:0.5] [c|d] ((e)) [f::3] <lora:x:0.8>"}},
        {"chunks", read_chunks, {"a (dog:1.3), [cat:fox:0.5] BREAK e", "na\u00efve \u732b,,,, \U0001F999"}},
        {"text_list", read_list<ListFormat::Text>, {"a dog\n# no\n--prompt \"a cat\" --steps 20\n", utf16("a\nb\n")}},
        {"csv_list", read_list<ListFormat::Csv>, {csv, utf16(csv), "sep=;\n;prompt;cfg_scale\n0;a;7,5\n"}},
        {"tsv_list",
         read_list<ListFormat::Tsv>,
         {"prompt\tsteps\tmodel\na\t20\tx\n\"b\tc\"\t3\t\n",
          "prompt\tnegative\thas_negative_prompt\na\t\tyes\nb\t\tno\n"}},
        {"jsonl_list",
         read_list<ListFormat::JsonLines>,
         {"{\"prompt\":\"a dog\",\"steps\":20}\n{\"prompt\":\"b\",\"more\":{\"x\":[1,null]}}\n"}},
        {"columns",
         read_columns,
         {"caption=prompt,number=truncate\nsize, note\ncaption,number,size\na dog,left,8\n",
          "text=prompt\n\n{\"text\":\"a\",\"id\":3}\n", "\n\nid;prompt\n1;a\n"}},
        {"project",
         read_project_twice,
         {"{\"fanlight_project\":1,\"model\":\"starter\",\"parameters\":{\"steps\":\"20\",\"seed\":\"7\"},"
          "\"loras\":[\"a:0.5\"],\"devices\":[{\"device\":\"cpu\",\"used\":false,\"workers\":3}],"
          "\"placement\":{\"mode\":\"pipelined\",\"stages\":2}}\n{\"prompt\":\"a dog\"}\n",
          project_head({}) + "\n{\"prompt\":\"a\",\"steps\":3}\n"}},
        {"asked_loras",
         read_asked_loras,
         {"a:0.5; b;c:1:0.25", R"(["a;b:0.5",{"name":"c","weight":2,"text_encoder_weight":0}])",
          "a <lora:ink:0.5:1> (b <lyco:pen:te=1:unet=0.25>:1.2)"}},
        {"lora_notes",
         read_notes_on_lora,
         {R"({"activation text":"ink","preferred weight":0.8,"sd version":"SD1","notes":"n"})",
          R"({"baseModel":"SDXL 1.0","trainedWords":["a","b, c"]})",
          R"({"civitai":{"trainedWords":["a"]},"base_model":"x","usage_tips":"{\"strength\":0.7}"})"}},
        {"styles",
         read_style_list,
         {"name,prompt,negative_prompt\nfilm,\"still of {prompt},\ngrain\",cartoon\n",
          "[{\"name\": \"anime\", \"prompt\": \"anime {prompt}\", \"negative_prompt\": \"photo\"}]"}},
        {"prompt_template", read_template, {"Say {prompt} in {language}: {{}}"}},
    };
}

}  // namespace fanlight
