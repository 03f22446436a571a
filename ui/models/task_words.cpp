#include "ui/models/task_words.h"

#include <QCoreApplication>

#include "core/batch/task.h"

namespace fanlight::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(fanlight::ui::TaskWords)
};

const TaskWords images = {
    .one = [] { return Words::tr("Image"); },
    .all = [] { return Words::tr("All images"); },
    .ofRun = [] { return Words::tr("Images of the run"); },
    .atWork = [] { return Words::tr("Making images"); },
    .doneOf = [](int all) { return Words::tr("%1 of %n image(s)", nullptr, all); },
    .made = [](int n) { return Words::tr("%n image(s) made", nullptr, n); },
    .perHour = [] { return Words::tr("%1 images/h"); },
    .atStep = [] { return Words::tr("Image %1, step %2 of %3"); },
};

const TaskWords texts = {
    .one = [] { return Words::tr("Text"); },
    .all = [] { return Words::tr("All texts"); },
    .ofRun = [] { return Words::tr("Texts of the run"); },
    .atWork = [] { return Words::tr("Writing texts"); },
    .doneOf = [](int all) { return Words::tr("%1 of %n text(s)", nullptr, all); },
    .made = [](int n) { return Words::tr("%n text(s) made", nullptr, n); },
    .perHour = [] { return Words::tr("%1 texts/h"); },
    .atStep = [] { return Words::tr("Text %1, token %2 of %3"); },
};

/// Of tasks that judge texts.
const TaskWords readTexts = [] {
    TaskWords words = texts;
    words.atWork = [] { return Words::tr("Reading texts"); };
    words.made = [](int n) { return Words::tr("%n text(s) read", nullptr, n); };
    words.atStep = [] { return Words::tr("Text %1, step %2 of %3"); };
    return words;
}();

}  // namespace

const TaskWords& wordsOf(const std::string& task) {
    if (makesFiles(task)) return images;
    return task == "text" ? texts : readTexts;
}

bool makesFiles(const std::string& task) {
    for (const TaskKind& kind : task_kinds())
        if (kind.name == task) return !kind.blank().suffix().empty();
    return task.empty();
}

}  // namespace fanlight::ui
