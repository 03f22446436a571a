#pragma once

#include <QString>
#include <string>

namespace fanlight::ui {

/// What the window calls the items of a run and the work on them, by kind of task. (Which is "" for runs of owners that
/// do not tell: they make images.)
struct TaskWords {
    QString (*one)();            ///< "Image"
    QString (*all)();            ///< "All images"
    QString (*ofRun)();          ///< "Images of the run"
    QString (*atWork)();         ///< "Making images"
    QString (*doneOf)(int all);  ///< "%1 of 40 images"
    QString (*made)(int n);      ///< "3 images made"
    QString (*perHour)();        ///< "%1 images/h"
    QString (*atStep)();         ///< "Image %1, step %2 of %3"
};

const TaskWords& wordsOf(const std::string& task);

/// Whether the results of such a task are files, which the gallery shows; those of others are records.
bool makesFiles(const std::string& task);

}  // namespace fanlight::ui
