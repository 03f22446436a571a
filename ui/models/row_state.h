#pragma once

#include <QImage>
#include <QMetaType>
#include <QString>

namespace fanlight::ui {

/// How a row of the prompt list fares while a run makes its images. Idle: it is in no run.
enum class RowStage { Idle, Pending, Working, Done, Failed };

struct RowState {
    RowStage stage = RowStage::Idle;
    int images = 1;  ///< how many the row asks for
    int done = 0;
    int failed = 0;
    int step = 0, of = 0;  ///< of the image in progress
    QString device;        ///< making it: "GPU 1"
    QString reason;        ///< one sentence why an image failed
    QImage thumbnail;      ///< of the last image; null until there is one
    bool edited = false;  ///< the row has been changed since the run was planned, whose images show what it said before
};

}  // namespace fanlight::ui

Q_DECLARE_METATYPE(fanlight::ui::RowState)
