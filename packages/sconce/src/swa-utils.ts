/** `torch.optim.swa_utils`: the averages are modules, of which the optimizers' package knows nothing. */
import { swaUtils as averages, type Layer, type Module } from '@sconce/nn';
import { swaUtils as schedules } from '@sconce/optim';

export const { AveragedModel, updateBn } = averages;
export type AveragedModel<M extends Module = Layer> = averages.AveragedModel<M>;
export const { SWALR } = schedules;
export type SWALR = schedules.SWALR;
