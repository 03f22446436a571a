#pragma once

#include <QString>
#include <QStringList>

namespace fanlight::ui {

/// What a parameter is called in the window, wherever it appears: in the table, the editor, the details, the parameters
/// and in messages. `name`: as in parameter_rules(), or "prompt", "size", "model", "dtype" and what else belongs to a
/// recipe.
QString labelOf(const char* name);

/// What a parameter's value is called in the window: "DPM++ 2M" for the sampler "dpmpp_2m"; most are called as they
/// are.
QString valueLabel(const QString& name, const QString& value);

/// All that a parameter of few values can be, as one types it; empty: it can be much else.
QStringList typedValues(const QString& name);

/// All names that have one.
QStringList labelledNames();

/// A sentence about the window's own fields with their labels in place of the names of parameters and options: "Row 3:
/// Guidance must be …" for "Row 3: cfg_scale must be …", "give VAE" for "give --vae".
QString inLabels(const QString& sentence);

}  // namespace fanlight::ui
